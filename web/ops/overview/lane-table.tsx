import type { Lane } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { t } from '../texts.js';

const NUMBERS = ['waiting', 'feedNumber', 'ledgerNumber', 'lag', 'fencingToken'] as const;

/** The lanes: who works them, and how far the ledger is behind. */
export function LaneTable({ lanes }: { readonly lanes: readonly Lane[] }) {
  if (lanes.length === 0) return <p class="quiet">{t('list.empty')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll" tabIndex={0} aria-labelledby="lanes-head">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('lane.lane')}</th>
            <th scope="col">{t('lane.state')}</th>
            <th scope="col">{t('lane.clock')}</th>
            <th scope="col">{t('lane.owner')}</th>
            {NUMBERS.map((name) => (
              <th key={name} scope="col" class="number">
                {t(`lane.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody id="lane-rows">
          {lanes.map((lane) => (
            <LaneRow key={lane.lane} lane={lane} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LaneRow({ lane }: { readonly lane: Lane }) {
  return (
    <tr>
      <th scope="row">{count(lane.lane)}</th>
      <td>
        <span class="badge" data-state={lane.state}>
          {t(`lane.state.${lane.state}`)}
        </span>
      </td>
      <td>
        <span class="badge" data-state={lane.clock === 'running' ? 'open' : 'closed'}>
          {t(`lane.clock.${lane.clock}`)}
        </span>
      </td>
      <td class="owner">{lane.owner ?? t('lane.noOwner')}</td>
      {NUMBERS.map((name) => (
        <td key={name} class="number">
          {count(lane[name])}
        </td>
      ))}
    </tr>
  );
}
