import { useMemo } from 'preact/hooks';
import type { Page, Sale } from '../../client/index.js';
import { ServerClock } from '../../client/server-clock.js';
import { useNow } from '../../ui/use-now.js';
import { dropgate } from '../dropgate.js';
import { t } from '../texts.js';
import { useAnswer } from '../use-answer.js';
import { SaleCard } from './sale-card.js';

/** Sales are public and kept for a second by every cache: asking is cheap, and needs no identity. */
const EVERY_MS = 3_000;

const MOST_SALES = 100;

/** Open ones first, then those to come; what is over goes last. */
const ORDER: Record<Sale['state'], number> = {
  open: 0,
  scheduled: 1,
  paused: 2,
  'sold-out': 3,
  closed: 4,
  archived: 5,
};

const clock = new ServerClock();

async function askSales() {
  const answer = await dropgate.calls.listSales({ limit: MOST_SALES });
  if (answer.kind === 'ok') for (const sale of answer.body.items) clock.learn(sale.serverTime);
  return answer;
}

/** All sales with their stock and their countdowns. */
export function Sales() {
  const { value, stale } = useAnswer<Page<Sale>>(askSales, EVERY_MS);
  const now = useNow(() => clock.now(), value !== null);
  const sales = useMemo(
    () => value && [...value.items].sort((a, b) => ORDER[a.state] - ORDER[b.state]),
    [value],
  );
  return (
    <section aria-labelledby="sales-head">
      <p class="notice" role="status" hidden={!stale}>
        {stale ? t('shop.unreachable') : ''}
      </p>
      {sales === null && <p class="quiet">{t('shop.loading')}</p>}
      {sales?.length === 0 && <p class="quiet">{t('shop.noSales')}</p>}
      <ul id="sales" class="cards">
        {sales?.map((sale) => (
          <SaleCard key={sale.id} sale={sale} now={now} />
        ))}
      </ul>
    </section>
  );
}
