import { LiveLink } from '../client/live-link.js';
import { storageKey } from '../client/pending.js';
import { askAgainAfter, leaving, phaseOf } from '../client/phase.js';
import { Poller } from '../client/poller.js';
import { Purchase } from '../client/purchase.js';
import { SaleRoom } from '../client/sale-room.js';
import type { Room } from '../client/waiting-room.js';
import { Announcer } from '../ui/announcer.js';
import { byId } from '../ui/dom.js';
import { onLanguage, startLanguage } from '../ui/i18n.js';
import { LeaveDialog } from '../ui/leave-dialog.js';
import { QuantityField } from '../ui/quantity-field.js';
import { connectionText } from './sale-texts.js';
import { SaleView, spokenPlace, spokenState } from './sale-view.js';

/** Timers show whole seconds; a quarter second keeps them from skipping one. */
const TICK_MS = 250;

startLanguage();
const room = new SaleRoom(saleIdOf(location.pathname), () => render());
const purchase = new Purchase(room);
const poller = new Poller(room);
const link = new LiveLink(room.saleId, {
  up: (up) => heardLink(up),
  sale: (sale) => room.hearSale(sale),
  attempt: (attempt) => room.hearAttempt(attempt),
  attempts: (attempts) => room.hearSnapshot(attempts),
});
const quantity = new QuantityField(() => render());
const view = new SaleView(quantity);
const leaveDialog = new LeaveDialog(() => void purchase.leave());
const announcer = new Announcer(byId('announcer', HTMLElement));
let spoken = { phase: 'loading', ahead: null as Room['ahead'], connection: '' };
let askedAt = 0;

byId('buy-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void purchase.buy(quantity.value);
});
byId('stop', HTMLButtonElement).addEventListener('click', () => purchase.stop());
byId('leave', HTMLButtonElement).addEventListener('click', () => {
  const what = leaving(room.state, room.clock.now());
  if (what !== null) leaveDialog.ask(what);
});
window.addEventListener('online', () => link.hurry());
window.addEventListener('offline', () => heardLink(false));
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void poller.askNow();
});
window.addEventListener('storage', (event) => {
  if (event.key === storageKey(room.saleId) && event.newValue === null) void poller.askNow();
});
onLanguage(() => render());
setInterval(tick, TICK_MS);
poller.start();
link.open();
void purchase.resume((pressed) => quantity.set(pressed));
render();

function heardLink(up: boolean): void {
  if (!up) {
    poller.start();
    return;
  }
  poller.stop();
  room.tell({ type: 'link', link: 'live' });
  room.tell({ type: 'recovered' });
}

function tick(): void {
  render();
  askAgain();
}

function render(): void {
  const now = room.clock.now();
  view.render(room.state, now);
  leaveDialog.follow(leaving(room.state, now));
  announce(now);
}

function announce(now: number): void {
  const { state } = room;
  const phase = phaseOf(state, now);
  const connection = connectionText(state);
  if (phase !== spoken.phase) announcer.state(spokenState(state, now));
  else if (connection !== spoken.connection && connection) announcer.state(connection);
  else if (state.ahead !== spoken.ahead && spokenPlace(state)) announcer.place(spokenPlace(state));
  spoken = { phase, ahead: state.ahead, connection };
}

/** Pushes come at most once: what must not be missed is asked for as well. */
function askAgain(): void {
  const { attempt, link: how } = room.state;
  const wait = askAgainAfter(room.state, room.clock.now());
  if (attempt === null || how !== 'live' || wait === null) return;
  if (performance.now() - askedAt < wait) return;
  askedAt = performance.now();
  void room.askAttempt(attempt.id);
}

function saleIdOf(path: string): string {
  const [, , id = ''] = path.split('/');
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
