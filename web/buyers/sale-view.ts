import type { Sale } from '../../core/contract.js';
import { buying, leaving, phaseOf, quantityLimit } from '../client/phase.js';
import type { Room } from '../client/waiting-room.js';
import { byId, setText, show } from '../ui/dom.js';
import { count, moment, money, span } from '../ui/format.js';
import { plural, t } from '../ui/i18n.js';
import type { QuantityField } from '../ui/quantity-field.js';
import { bannerText, panelTexts, refusalText } from './sale-texts.js';

/** Puts what is known of a sale onto the page. Called on each change and each quarter second. */
export class SaleView {
  readonly #quantity: QuantityField;
  readonly #text = (id: string) => byId(id, HTMLElement);
  readonly #buyForm = byId('buy-form', HTMLFormElement);
  readonly #buyButton = byId('buy', HTMLButtonElement);
  readonly #stopButton = byId('stop', HTMLButtonElement);
  readonly #leaveButton = byId('leave', HTMLButtonElement);
  readonly #placeBar = byId('place-bar', HTMLProgressElement);
  readonly #stockBar = byId('stock-bar', HTMLProgressElement);

  constructor(quantity: QuantityField) {
    this.#quantity = quantity;
  }

  render(room: Room, now: number): void {
    this.#renderPanel(room, now);
    this.#renderNotices(room, now);
    this.#renderBuy(room, now);
    this.#renderLeave(room, now);
    show(this.#text('about'), room.sale !== null);
    show(this.#text('facts'), room.sale !== null);
    if (room.sale !== null) this.#renderSale(room.sale);
  }

  #renderPanel(room: Room, now: number): void {
    const texts = panelTexts(room, now);
    const panel = this.#text('panel');
    panel.dataset.tone = texts.tone;
    panel.dataset.phase = phaseOf(room, now);
    for (const part of ['headline', 'figure', 'unit', 'detail', 'ticket'] as const) {
      setText(this.#text(part), texts[part]);
    }
    show(this.#text('big'), texts.figure !== '');
    show(this.#text('ticket'), texts.ticket !== '');
    this.#renderPlaceBar(room);
    const title = room.sale ? `${texts.headline} · ${room.sale.title}` : texts.headline;
    if (document.title !== title) document.title = title;
  }

  #renderPlaceBar(room: Room): void {
    const start = room.startedAhead ?? 0;
    show(this.#placeBar, room.ahead !== null && start > 0);
    if (start === 0) return;
    this.#placeBar.max = start;
    this.#placeBar.value = start - (room.ahead ?? 0);
  }

  #renderNotices(room: Room, now: number): void {
    const banner = bannerText(room, now);
    setText(this.#text('banner'), banner);
    show(this.#text('banner'), banner !== '');
    const refusal = refusalText(room);
    setText(this.#text('refusal'), refusal);
    show(this.#text('refusal'), refusal !== '');
  }

  #renderBuy(room: Room, now: number): void {
    const offered = buying(room, now);
    const sending = room.sending === 'buy';
    this.#keepFocus(this.#buyForm, offered !== 'hidden');
    this.#enable(this.#buyButton, offered === 'enabled');
    this.#quantity.limit(quantityLimit(room), sending);
    const again = room.attempt !== null || room.lost;
    setText(this.#buyButton, t(sending ? 'buy.sending' : again ? 'buy.again' : 'buy.button'));
    this.#keepFocus(this.#stopButton, room.sending !== null && room.trouble !== null);
    if (room.sale === null) return;
    const { price, currency } = room.sale.product;
    const amount = money(price * this.#quantity.value, currency);
    setText(this.#text('total'), t('buy.total', { amount }));
    show(this.#text('total'), this.#quantity.value > 1);
  }

  #renderLeave(room: Room, now: number): void {
    const what = leaving(room, now);
    this.#keepFocus(this.#leaveButton, what !== null);
    this.#enable(this.#leaveButton, room.sending === null);
    if (what === null) return;
    setText(this.#leaveButton, t(room.sending === 'leave' ? 'leave.sending' : `leave.${what}`));
  }

  #renderSale(sale: Sale): void {
    setText(this.#text('title'), sale.title);
    setText(this.#text('product'), sale.product.name === sale.title ? '' : sale.product.name);
    setText(this.#text('price'), money(sale.product.price, sale.product.currency));
    setText(this.#text('description'), sale.product.description);
    const badge = this.#text('badge');
    setText(badge, t(`sale.state.${sale.state}`));
    badge.dataset.state = sale.state;
    const available = count(sale.stock.available);
    setText(this.#text('left'), t('fact.leftOf', { available, total: count(sale.stock.total) }));
    this.#stockBar.max = Math.max(1, sale.stock.total);
    this.#stockBar.value = sale.stock.available;
    const waiting = Math.max(0, sale.line.entered - sale.line.decided);
    setText(this.#text('in-line'), t('fact.people', { n: count(waiting) }));
    setText(this.#text('limit'), t('fact.units', { n: count(sale.perBuyerLimit) }));
    setText(this.#text('hold'), span(sale.holdSeconds));
    this.#renderTime('opens', sale.opensAt);
    this.#renderTime('closes', sale.closesAt);
  }

  #renderTime(id: 'opens' | 'closes', timestamp: string | null): void {
    show(this.#text(`${id}-row`), timestamp !== null);
    setText(this.#text(id), timestamp === null ? '' : moment(timestamp));
  }

  #enable(button: HTMLButtonElement, enabled: boolean): void {
    if (!enabled && button === document.activeElement) this.#focusHeadline();
    button.disabled = !enabled;
  }

  #keepFocus(element: HTMLElement, visible: boolean): void {
    if (!visible && element.contains(document.activeElement)) this.#focusHeadline();
    show(element, visible);
  }

  /** What had the keyboard's focus hands it over when it goes: else it would be lost. */
  #focusHeadline(): void {
    this.#text('headline').focus({ preventScroll: true });
  }
}

/** What a screen reader is told of the state. */
export function spokenState(room: Room, now: number): string {
  const { headline, detail } = panelTexts(room, now);
  const place = spokenPlace(room);
  return [`${headline}.`, place, detail].filter(Boolean).join(' ');
}

export function spokenPlace(room: Room): string {
  return room.ahead !== null && room.ahead > 0 ? plural('place.announce', room.ahead) : '';
}
