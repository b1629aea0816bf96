import type { Order } from '../../client/index.js';
import { moment } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import { dropgate } from '../dropgate.js';
import { idInAddress } from '../id-in-address.js';
import { Missing } from '../missing/missing.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { useAnswer } from '../use-answer.js';
import { OrderLines } from './order-lines.js';

/** An order that was just placed may be settled a moment later. */
const EVERY_MS = 5_000;

const orderId = idInAddress();
const isNew = new URLSearchParams(location.search).has('new');
const askOrder = () => dropgate.calls.getOrder(orderId);

function OrderPage() {
  const { value, problem, stale } = useAnswer<Order>(askOrder, EVERY_MS);
  if (problem === 'not-found') return <Missing what={t('orders.missing')} />;
  return (
    <Shell title={t(isNew ? 'orders.thanks' : 'orders.one')} width="narrow">
      <h1>{t(isNew ? 'orders.thanks' : 'orders.one')}</h1>
      <p class="notice" role="status" hidden={!stale}>
        {stale ? t('shop.unreachable') : ''}
      </p>
      {value === null ? (
        <p class="quiet">{t('shop.loading')}</p>
      ) : (
        <section class="panel" data-tone={value.state === 'placed' ? 'good' : 'wait'}>
          <span class="badge" data-state={value.state}>
            {t(`orders.state.${value.state}`)}
          </span>
          <p class="quiet">{moment(value.createdAt)}</p>
          <OrderLines order={value} />
          <p class="quiet reference">{t('orders.reference', { id: value.id })}</p>
        </section>
      )}
      <p class="back">
        <a href="/orders">{t('orders.all')}</a>
      </p>
    </Shell>
  );
}

mountPage(() => <OrderPage />);
