import type { Order } from '../../client/index.js';
import { count, money } from '../../ui/format.js';
import { t } from '../texts.js';

/** What was ordered, line by line, and the sum. */
export function OrderLines({ order }: { readonly order: Order }) {
  return (
    <table class="order-lines">
      <thead>
        <tr>
          <th scope="col">{t('orders.goods')}</th>
          <th scope="col" class="number">
            {t('buy.quantity')}
          </th>
          <th scope="col" class="number">
            {t('orders.amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((line) => (
          <tr key={line.attemptId ?? line.productId}>
            <td>{line.name}</td>
            <td class="number">{count(line.quantity)}</td>
            <td class="number">{money(line.price * line.quantity, order.currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {t('cart.total')}
          </th>
          <td class="number">{money(order.total, order.currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
