/** Texts for the pages that are not drawn by components yet. */
import { en } from '../messages/en.js';
import { ko } from '../messages/ko.js';
import { chooseLanguage, type Language, language, onLanguage } from './language.js';
import { textsOf } from './texts.js';

export { language, onLanguage };

export type MessageKey = keyof typeof en;

export const { t, plural, lookUp } = textsOf<MessageKey>({ en, ko });

/** Fills the static texts, now and whenever the language changes, and brings the switch to life. */
export function startLanguage(): void {
  fillIn();
  onLanguage(fillIn);
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-language]')) {
    button.addEventListener('click', () => chooseLanguage(button.dataset.language as Language));
  }
}

function fillIn(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = t(element.dataset.text as MessageKey);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', t(element.dataset.label as MessageKey));
  }
  for (const button of document.querySelectorAll<HTMLElement>('button[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language()));
  }
}
