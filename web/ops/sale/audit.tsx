import { useState } from 'preact/hooks';
import type { SaleAudit } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import * as api from '../api.js';
import { TroubleText } from '../parts/trouble.js';
import { lookUp, t } from '../texts.js';
import type { Trouble } from '../use-command.js';

const COUNTS = ['total', 'available', 'held', 'sold', 'waiting', 'standby'] as const;

/** Compares what Redis has with what the ledger has, when asked. */
export function Audit({ saleId }: { readonly saleId: string }) {
  const [audit, show] = useState<SaleAudit | null>(null);
  const [trouble, tell] = useState<Trouble | null>(null);
  const ask = async () => {
    const answer = await api.audit(saleId);
    tell(answer.kind === 'ok' ? null : answer.kind === 'problem' ? answer.problem : 'unreachable');
    if (answer.kind === 'ok') show(answer.body);
  };
  return (
    <section aria-labelledby="audit-head">
      <h2 id="audit-head">{t('audit.title')}</h2>
      <p class="quiet">{t('audit.what')}</p>
      <p>
        <button type="button" class="secondary" data-action="audit" onClick={() => void ask()}>
          {t('audit.ask')}
        </button>
      </p>
      <TroubleText trouble={trouble} />
      <div role="status">{audit && <Verdict audit={audit} />}</div>
      {audit && <Sides audit={audit} />}
    </section>
  );
}

function Verdict({ audit }: { readonly audit: SaleAudit }) {
  const broken = audit.invariants.filter(({ holds }) => !holds);
  const behind = audit.feedNumber - audit.ledgerNumber;
  if (broken.length === 0 && !audit.drift) {
    return (
      <p class="done" data-audit="good">
        {behind > 0 ? t('audit.behind', { n: count(behind) }) : t('audit.good')}
      </p>
    );
  }
  return (
    <div class="refusal" data-audit="bad">
      <p>{t('audit.bad')}</p>
      <ul>
        {broken.map(({ id, detail }) => (
          <li key={detail}>
            {lookUp(`audit.invariant.${id}`) ?? ''} <span lang="en">{detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Sides({ audit }: { readonly audit: SaleAudit }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll" tabIndex={0} aria-labelledby="audit-head">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('audit.count')}</th>
            <th scope="col" class="number">
              {t('audit.redis')}
            </th>
            <th scope="col" class="number">
              {t('audit.ledger')}
            </th>
          </tr>
        </thead>
        <tbody>
          {COUNTS.map((name) => (
            <tr key={name}>
              <th scope="row">{t(`audit.${name}`)}</th>
              <td class="number">{count(audit.redis[name])}</td>
              <td class="number">{count(audit.ledger[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
