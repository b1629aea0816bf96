import { useCallback, useState } from 'preact/hooks';
import type { Order } from '../../client/index.js';
import { moment, money } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import { dropgate } from '../dropgate.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { useAnswer } from '../use-answer.js';

const STEP = 20;
const MOST = 100;

function OrdersPage() {
  const [limit, widen] = useState(STEP);
  const ask = useCallback(() => dropgate.calls.listOrders({ limit }), [limit]);
  const { value, stale } = useAnswer(ask, null);
  const orders = value?.items ?? null;
  return (
    <Shell title={t('orders.title')} here="/orders" width="narrow">
      <h1>{t('orders.title')}</h1>
      <p class="notice" role="status" hidden={!stale}>
        {stale ? t('shop.unreachable') : ''}
      </p>
      {orders === null && <p class="quiet">{t('shop.loading')}</p>}
      {orders?.length === 0 && <p class="quiet">{t('orders.none')}</p>}
      <ul id="orders" class="rows">
        {orders?.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
      {value?.nextCursor && limit < MOST && (
        <button type="button" class="secondary" onClick={() => widen(limit + STEP)}>
          {t('shop.more')}
        </button>
      )}
    </Shell>
  );
}

function OrderRow({ order }: { readonly order: Order }) {
  const [first, ...others] = order.lines;
  const name =
    others.length === 0
      ? (first?.name ?? '')
      : t('orders.andMore', { name: first?.name ?? '', n: String(others.length) });
  return (
    <li class="row">
      <div class="row-words">
        <h2 class="card-title">
          <a href={`/orders/${encodeURIComponent(order.id)}`}>{name}</a>
        </h2>
        <p class="quiet">{moment(order.createdAt)}</p>
      </div>
      <div class="row-numbers">
        <p class="price">{money(order.total, order.currency)}</p>
        <p class="quiet">{t(`orders.state.${order.state}`)}</p>
      </div>
    </li>
  );
}

mountPage(() => <OrdersPage />);
