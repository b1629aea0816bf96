import { byId, setText } from './dom.js';
import { t } from './i18n.js';

/** Asks before a place or goods are given up: neither can be had back. */
export class LeaveDialog {
  readonly #dialog = byId('leave-dialog', HTMLDialogElement);
  #what: 'line' | 'hold' = 'line';

  constructor(confirmed: () => void) {
    byId('leave-yes', HTMLButtonElement).addEventListener('click', () => {
      this.#dialog.close();
      confirmed();
    });
    byId('leave-no', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
  }

  ask(what: 'line' | 'hold'): void {
    this.#what = what;
    this.#fill();
    this.#dialog.showModal();
  }

  /** Called on each change: a question about what is no longer there goes away. */
  follow(what: 'line' | 'hold' | null): void {
    if (!this.#dialog.open) return;
    if (what !== this.#what) this.#dialog.close();
    else this.#fill();
  }

  #fill(): void {
    setText(byId('leave-ask', HTMLElement), t(`leave.${this.#what}.ask`));
    setText(byId('leave-warn', HTMLElement), t(`leave.${this.#what}.warn`));
    setText(byId('leave-yes', HTMLButtonElement), t(`leave.${this.#what}`));
  }
}
