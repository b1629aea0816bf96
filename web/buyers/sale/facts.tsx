import type { Sale } from '../../client/index.js';
import { count, moment, span } from '../../ui/format.js';
import { t } from '../texts.js';

/** The rules of the sale, for those who want to know them. */
export function Facts({ sale }: { readonly sale: Sale }) {
  const inLine = Math.max(0, sale.line.entered - sale.line.decided);
  return (
    <section class="part">
      <dl class="facts">
        <Fact name={t('fact.inLine')}>{t('fact.people', { n: count(inLine) })}</Fact>
        <Fact name={t('fact.limit')}>{t('fact.units', { n: count(sale.perBuyerLimit) })}</Fact>
        <Fact name={t('fact.hold')}>{span(sale.holdSeconds)}</Fact>
        {sale.opensAt && <Fact name={t('fact.opens')}>{moment(sale.opensAt)}</Fact>}
        {sale.closesAt && <Fact name={t('fact.closes')}>{moment(sale.closesAt)}</Fact>}
      </dl>
      <p id="description" class="description">
        {sale.product.description}
      </p>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
