import type { Product, Sale } from '../../core/contract.js';
import { make, setText, show } from '../ui/dom.js';
import { count, money, timer } from '../ui/format.js';
import { t } from '../ui/i18n.js';

/** Open ones first, then those to come; what is over goes last. */
const ORDER: Record<Sale['state'], number> = {
  open: 0,
  scheduled: 1,
  paused: 2,
  'sold-out': 3,
  closed: 4,
  archived: 5,
};

interface SaleCard {
  item: HTMLElement;
  update: (sale: Sale, now: number) => void;
}

/** The list of sales. Cards stay in place while their numbers change. */
export class SaleCards {
  readonly #list: HTMLElement;
  #sales: Sale[] = [];
  #cards = new Map<string, SaleCard>();

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  set(sales: readonly Sale[]): void {
    this.#sales = sales.toSorted((a, b) => ORDER[a.state] - ORDER[b.state]);
    const before = this.#cards;
    this.#cards = new Map(
      this.#sales.map((sale) => [sale.id, before.get(sale.id) ?? saleCard(sale)]),
    );
    const items = [...this.#cards.values()].map((card) => card.item);
    const unchanged =
      items.length === this.#list.children.length &&
      items.every((item, index) => item === this.#list.children[index]);
    if (!unchanged) this.#list.replaceChildren(...items);
  }

  render(now: number): void {
    for (const sale of this.#sales) this.#cards.get(sale.id)?.update(sale, now);
  }
}

function saleCard(first: Sale): SaleCard {
  const item = make('li', 'card');
  const link = make('a', 'card-link');
  link.href = `/sales/${encodeURIComponent(first.id)}`;
  const title = make('h2', 'card-title');
  const badge = make('span', 'badge');
  const product = make('p', 'quiet');
  const price = make('p', 'price');
  const left = make('p', 'left');
  const bar = make('progress', 'bar');
  const time = make('p', 'countdown');
  link.append(badge, title, product, price, bar, left, time);
  item.append(link);
  const update = (sale: Sale, now: number) => {
    setText(title, sale.title);
    setText(badge, t(`sale.state.${sale.state}`));
    badge.dataset.state = sale.state;
    setText(product, sale.product.name);
    setText(price, money(sale.product.price, sale.product.currency));
    setText(left, leftText(sale));
    bar.max = Math.max(1, sale.stock.total);
    bar.value = sale.stock.available;
    bar.setAttribute('aria-label', t('fact.stockBar'));
    const countdown = countdownText(sale, now);
    setText(time, countdown);
    show(time, countdown !== '');
  };
  return { item, update };
}

function leftText(sale: Sale): string {
  const { available, total } = sale.stock;
  return t('shop.left', { available: count(available), total: count(total) });
}

/** Opening is counted down always, closing only on the last day. */
function countdownText(sale: Sale, now: number): string {
  if (sale.state === 'scheduled' && sale.opensAt) {
    const left = Date.parse(sale.opensAt) - now;
    return left > 0 ? `${t('shop.opensIn')} ${timer(left)}` : t('sale.state.open');
  }
  if (sale.state !== 'open' || sale.closesAt === null) return '';
  const left = Date.parse(sale.closesAt) - now;
  return left > 0 && left < 86_400_000 ? `${t('shop.closesIn')} ${timer(left)}` : '';
}

export function productCard(product: Product): HTMLElement {
  const item = make('li', 'row');
  const words = make('div', 'row-words');
  words.append(make('h3', 'card-title', product.name), make('p', 'quiet', product.description));
  const numbers = make('div', 'row-numbers');
  const stock =
    product.available > 0
      ? t('shop.stock', { available: count(product.available) })
      : t('shop.noStock');
  numbers.append(
    make('p', 'price', money(product.price, product.currency)),
    make('p', 'quiet', stock),
  );
  item.append(words, numbers);
  return item;
}
