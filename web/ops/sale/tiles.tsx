import type { SaleFigures } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { duration, percent, rate } from '../format.js';
import { t } from '../texts.js';

interface Tile {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** The figures of this moment. */
export function Tiles({ figures }: { readonly figures: SaleFigures }) {
  return (
    <section aria-labelledby="now-head">
      <h2 id="now-head">{t('now.title')}</h2>
      <dl class="tiles">
        {[...lineTiles(figures), ...systemTiles(figures)].map(({ name, label, value, note }) => (
          <div key={name} class="tile" data-figure={name}>
            <dt>{label}</dt>
            <dd class="value">{value}</dd>
            {note && <dd class="quiet note">{note}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

function lineTiles({ sale, now, holdsEndingSoon }: SaleFigures): Tile[] {
  const { entered, waiting, standby } = now;
  return [
    { name: 'waiting', label: t('now.waiting'), value: count(waiting) },
    {
      name: 'entered',
      label: t('now.entered'),
      value: count(entered),
      note: t('now.decided', { n: count(entered - waiting) }),
    },
    { name: 'rate', label: t('now.rate'), value: rate(now.decidedPerSecond) },
    resultTile(now),
    {
      name: 'ending',
      label: t('now.ending'),
      value: count(holdsEndingSoon),
      note: t('now.ofHeld', { n: count(now.held) }),
    },
    {
      name: 'standby',
      label: t('now.standby'),
      value: count(standby),
      note: t('now.ofLimit', { n: count(sale.standbyLimit) }),
    },
  ];
}

function resultTile({ resultMs }: SaleFigures['now']): Tile {
  const label = t('now.result');
  if (!resultMs) return { name: 'result', label, value: '–', note: t('now.result.none') };
  const values = { p95: duration(resultMs.p95), p99: duration(resultMs.p99) };
  return {
    ...{ name: 'result', label },
    value: duration(resultMs.p50),
    note: t('now.result.more', values),
  };
}

function systemTiles({ now, lane }: SaleFigures): Tile[] {
  return [
    {
      name: 'watchers',
      label: t('now.watchers'),
      value: count(now.watchers),
      note: t('now.sockets', { n: count(now.sockets) }),
    },
    {
      name: 'shed',
      label: t('now.shed'),
      value: percent(now.shedShare),
      note: t('now.refused', { n: count(now.refused) }),
    },
    { name: 'delay', label: t('now.delay'), value: duration(now.loopDelayMs) },
    { name: 'lag', label: t('now.lag'), value: count(now.ledgerLag), note: t('now.lag.unit') },
    {
      name: 'lane',
      label: t('now.lane'),
      value: count(lane.lane),
      note: `${t(`lane.state.${lane.state}`)} · ${lane.owner ?? t('lane.noOwner')}`,
    },
  ];
}
