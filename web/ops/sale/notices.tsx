import type { SaleFigures } from '../../../core/contract.js';
import { FEED_BACKLOG_LIMIT } from '../../../core/domain/bounds.js';
import { count } from '../../ui/format.js';
import { percent } from '../format.js';
import { t } from '../texts.js';

/** From here on the ledger is more than busy: a tenth of what closes the doors. */
const LAG_TOLD = FEED_BACKLOG_LIMIT / 10;

/** What is unusual about this sale right now, and what to do about it. */
export function SaleNotices({ figures }: { readonly figures: SaleFigures }) {
  const notices = noticesOf(figures);
  return (
    <div role="alert" class="notices">
      {notices.map((text) => (
        <p key={text} class="notice">
          {text}
        </p>
      ))}
    </div>
  );
}

function noticesOf({ pausedFor, now, sale }: SaleFigures): string[] {
  const over = sale.state === 'closed' || sale.state === 'archived';
  const notices: string[] = [];
  if (pausedFor === 'fault') notices.push(t('sale.notice.fault'));
  else if (pausedFor !== null && !over) notices.push(t('sale.notice.paused'));
  if (now.shedShare > 0) notices.push(t('sale.notice.shed', { share: percent(now.shedShare) }));
  if (now.ledgerLag > LAG_TOLD) {
    const values = { lag: count(now.ledgerLag), limit: count(FEED_BACKLOG_LIMIT) };
    notices.push(t('sale.notice.lag', values));
  }
  return notices;
}
