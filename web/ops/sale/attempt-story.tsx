import type { OpsAttempt } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { When } from '../parts/when.js';
import { lookUp, plural, t } from '../texts.js';

/** One attempt: what it was, how it came out and why, and when it had which state. */
export function AttemptStory({ attempt }: { readonly attempt: OpsAttempt }) {
  const { ticket, buyerId, quantity, state, history } = attempt;
  return (
    <article class="panel story" data-ticket={ticket}>
      <header class="head">
        <h3>{t('attempt.ticket', { ticket: count(ticket) })}</h3>
        <span class="badge" data-state={state}>
          {t(`attempt.state.${state}`)}
        </span>
      </header>
      <p class="quiet">
        {t('attempt.of')} <code>{buyerId}</code> · {plural('attempt.units', quantity)}
      </p>
      {explained(attempt).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {attempt.orderId && (
        <p class="quiet">
          {t('attempt.order')} <code>{attempt.orderId}</code>
        </p>
      )}
      <h4>{t('attempt.history')}</h4>
      <ol class="history">
        {history.map((step) => (
          <li key={`${step.state} ${step.at}`}>
            <When at={step.at} /> <strong>{t(`attempt.state.${step.state}`)}</strong>
            {step.reason && ` (${lookUp(`reason.${step.reason}`) ?? step.reason})`}
          </li>
        ))}
      </ol>
    </article>
  );
}

/** "Why did I not get it?" in sentences that can be read out to the one who asks. */
function explained({ ticket, ahead, explanation }: OpsAttempt): string[] {
  const { code, lastHeldTicket, unitsHeldBefore, ticketsBefore } = explanation;
  const before =
    ticketsBefore === 0
      ? t('why.first')
      : t('why.before', {
          tickets: plural('why.tickets', ticketsBefore),
          units: plural('attempt.units', unitsHeldBefore),
        });
  const sentences = [before, t(`why.${code}`, { ahead: count(ahead ?? 0) })];
  const missed = code === 'sold-out' || code === 'standby';
  if (!missed || lastHeldTicket === null) return sentences;
  const last = { last: count(lastHeldTicket) };
  return [...sentences, t(lastHeldTicket > ticket ? 'why.lastAfter' : 'why.lastBefore', last)];
}
