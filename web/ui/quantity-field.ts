import { byId, show } from './dom.js';

/** How many to buy: a number field with a button on each side, each large enough for a thumb. */
export class QuantityField {
  readonly #field = byId('quantity', HTMLInputElement);
  readonly #fewer = byId('fewer', HTMLButtonElement);
  readonly #more = byId('more', HTMLButtonElement);
  #limit = 1;

  constructor(changed: () => void) {
    this.#fewer.addEventListener('click', () => this.#change(this.value - 1, changed));
    this.#more.addEventListener('click', () => this.#change(this.value + 1, changed));
    this.#field.addEventListener('change', () => this.#change(this.value, changed));
    this.#field.addEventListener('input', changed);
  }

  /** From 1 to the limit, whatever stands in the field. */
  get value(): number {
    const typed = Math.trunc(this.#field.valueAsNumber);
    return Number.isFinite(typed) ? Math.min(Math.max(1, typed), this.#limit) : 1;
  }

  /** Shows what was pressed before a reload; the sale, and so the limit, may not be known yet. */
  set(quantity: number): void {
    this.#field.value = String(quantity);
  }

  limit(limit: number, locked: boolean): void {
    this.#limit = Math.max(1, limit);
    this.#field.max = String(this.#limit);
    this.#field.disabled = locked;
    this.#fewer.disabled = locked;
    this.#more.disabled = locked;
    // A button that is disabled loses the keyboard's focus, so at its end it only says so.
    this.#fewer.ariaDisabled = String(this.value <= 1);
    this.#more.ariaDisabled = String(this.value >= this.#limit);
    show(byId('quantity-row', HTMLElement), limit > 1);
  }

  #change(next: number, changed: () => void): void {
    this.#field.value = String(Math.min(Math.max(1, next), this.#limit));
    changed();
  }
}
