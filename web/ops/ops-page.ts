import type { Lane, Page, Sale } from '../../core/contract.js';
import { listSales } from '../client/api.js';
import { type Answer, send } from '../client/http.js';
import { byId, make, setText, show } from '../ui/dom.js';
import { clockTime, count } from '../ui/format.js';
import { onLanguage, startLanguage, t } from '../ui/i18n.js';

const INTERVAL_MS = 2_000;

let lanes: Lane[] = [];
let sales: Sale[] = [];
let updatedAt: number | null = null;
let stale = false;

startLanguage();
onLanguage(render);
byId('logout', HTMLButtonElement).addEventListener('click', () => void logOut());
render();
void keep();

async function keep(): Promise<void> {
  if (!document.hidden) await load();
  setTimeout(() => void keep(), INTERVAL_MS);
}

async function load(): Promise<void> {
  const [laneList, saleList] = await Promise.all([
    send<Page<Lane>>({ method: 'GET', path: '/api/ops/lanes' }),
    listSales(),
  ]);
  if (isLoggedOut(laneList)) {
    location.assign('/ops/login');
    return;
  }
  stale = laneList.kind !== 'ok' || saleList.kind !== 'ok';
  if (laneList.kind === 'ok') lanes = laneList.body.items;
  if (saleList.kind === 'ok') sales = saleList.body.items;
  if (!stale) updatedAt = Date.now();
  render();
}

function isLoggedOut(answer: Answer<unknown>): boolean {
  return answer.kind === 'problem' && answer.problem.status === 401;
}

async function logOut(): Promise<void> {
  const answer = await send({ method: 'DELETE', path: '/api/ops/session' });
  if (answer.kind === 'ok' || isLoggedOut(answer)) location.assign('/ops/login');
}

function render(): void {
  document.title = `${t('ops.title')} · Dropgate`;
  const time = updatedAt === null ? '–' : clockTime(updatedAt);
  setText(byId('updated', HTMLElement), t(stale ? 'ops.stale' : 'ops.updated', { time }));
  byId('updated', HTMLElement).dataset.stale = String(stale);
  byId('lane-rows', HTMLElement).replaceChildren(...lanes.map(laneRow));
  byId('sale-rows', HTMLElement).replaceChildren(...sales.map(saleRow));
  show(byId('no-lanes', HTMLElement), updatedAt !== null && lanes.length === 0);
  show(byId('no-sales', HTMLElement), updatedAt !== null && sales.length === 0);
}

function laneRow(lane: Lane): HTMLElement {
  const row = make('tr');
  const head = make('th', '', count(lane.lane));
  head.scope = 'row';
  const state = make('td');
  const badge = make('span', 'badge', t(`ops.lane.state.${lane.state}`));
  badge.dataset.state = lane.state;
  state.append(badge);
  row.append(head, state, make('td', 'name', lane.owner ?? '–'));
  row.append(
    numbers(lane.waiting, lane.feedNumber, lane.ledgerNumber, lane.lag, lane.fencingToken),
  );
  return row;
}

function saleRow(sale: Sale): HTMLElement {
  const row = make('tr');
  const head = make('th');
  head.scope = 'row';
  const link = make('a', '', sale.title);
  link.href = `/sales/${encodeURIComponent(sale.id)}`;
  head.append(link);
  const state = make('td');
  const badge = make('span', 'badge', t(`sale.state.${sale.state}`));
  badge.dataset.state = sale.state;
  state.append(badge);
  const { available, held, sold, total } = sale.stock;
  const { entered, decided, perSecond } = sale.line;
  row.append(head, state, numbers(available, held, sold, total, entered, decided, perSecond));
  return row;
}

function numbers(...values: number[]): DocumentFragment {
  const cells = document.createDocumentFragment();
  for (const value of values) cells.append(make('td', 'number', count(value)));
  return cells;
}
