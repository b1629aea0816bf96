import type { Product, Sale } from '../../core/contract.js';
import { listProducts, listSales } from '../client/api.js';
import { retryOf } from '../client/retry.js';
import { ServerClock } from '../client/server-clock.js';
import { byId, show } from '../ui/dom.js';
import { onLanguage, startLanguage, t } from '../ui/i18n.js';
import { productCard, SaleCards } from './shop-cards.js';

const SALES_INTERVAL_MS = 3_000;
const TICK_MS = 250;

startLanguage();
const clock = new ServerClock();
const cards = new SaleCards(byId('sales', HTMLElement));
const products: Product[] = [];
let productsCursor: string | null = null;
let failures = 0;

onLanguage(() => {
  renderProducts();
  renderTitle();
  cards.render(clock.now());
});
byId('more-products', HTMLButtonElement).addEventListener('click', () => void loadProducts());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void loadSales();
});
setInterval(() => cards.render(clock.now()), TICK_MS);
renderTitle();
void keepSales();
void loadProducts();

function renderTitle(): void {
  document.title = `${t('shop.title')} · Dropgate`;
}

/** Sales are public and cached for a second: asking is cheap, and needs no identity. */
async function keepSales(): Promise<void> {
  const wait = document.hidden ? SALES_INTERVAL_MS : await loadSales();
  setTimeout(() => void keepSales(), wait * (1 + Math.random() * 0.3));
}

async function loadSales(): Promise<number> {
  const answer = await listSales();
  show(byId('unreachable', HTMLElement), answer.kind !== 'ok');
  if (answer.kind !== 'ok') {
    failures += 1;
    return retryOf(answer, failures)?.afterMs ?? SALES_INTERVAL_MS * 5;
  }
  failures = 0;
  showSales(answer.body.items);
  return answer.retryAfterMs ?? SALES_INTERVAL_MS;
}

function showSales(sales: readonly Sale[]): void {
  for (const sale of sales) clock.learn(sale.serverTime);
  show(byId('sales-loading', HTMLElement), false);
  show(byId('no-sales', HTMLElement), sales.length === 0);
  cards.set(sales);
  cards.render(clock.now());
}

async function loadProducts(): Promise<void> {
  const answer = await listProducts(productsCursor);
  if (answer.kind !== 'ok') {
    const retry = retryOf(answer, 2);
    if (retry) setTimeout(() => void loadProducts(), retry.afterMs);
    return;
  }
  products.push(...answer.body.items);
  productsCursor = answer.body.nextCursor;
  show(byId('more-products', HTMLElement), productsCursor !== null);
  show(byId('no-products', HTMLElement), products.length === 0);
  renderProducts();
}

function renderProducts(): void {
  byId('products', HTMLElement).replaceChildren(...products.map(productCard));
}
