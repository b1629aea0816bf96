import { en } from '../messages/en.js';
import { ko } from '../messages/ko.js';

export type Language = 'ko' | 'en';
export type MessageKey = keyof typeof en;
/** A key that has a `.one` and a `.other` form. */
export type PluralKey = MessageKey extends infer K
  ? K extends `${infer S}.one`
    ? S
    : never
  : never;
type Values = Readonly<Record<string, string>>;

const MESSAGES: Record<Language, Record<MessageKey, string>> = { en, ko };
const STORAGE_KEY = 'dropgate.language';
const listeners: (() => void)[] = [];

let current: Language = 'en';

export function language(): Language {
  return current;
}

export function t(key: MessageKey, values: Values = {}): string {
  return fill(MESSAGES[current][key], values);
}

/** The form of `key` for the number `n`; `{n}` is the number as this language writes it. */
export function plural(key: PluralKey, n: number): string {
  const form = new Intl.PluralRules(current).select(n) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}` as MessageKey, { n: new Intl.NumberFormat(current).format(n) });
}

/** The text of a key that is put together from what the server says, if there is one. */
export function lookUp(key: string, values: Values = {}): string | null {
  return Object.hasOwn(en, key) ? t(key as MessageKey, values) : null;
}

/** Calls `listener` whenever the buyer switches the language. */
export function onLanguage(listener: () => void): void {
  listeners.push(listener);
}

/** Picks the language, fills the static texts and brings the switch to life. */
export function startLanguage(): void {
  use(remembered() ?? preferred());
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-language]')) {
    button.addEventListener('click', () => choose(button.dataset.language as Language));
  }
}

function choose(next: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage may be forbidden: the choice then lasts for this page only.
  }
  use(next);
  for (const listener of listeners) listener();
}

function use(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = t(element.dataset.text as MessageKey);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', t(element.dataset.label as MessageKey));
  }
  for (const button of document.querySelectorAll<HTMLElement>('button[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === next));
  }
}

function remembered(): Language | null {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === 'ko' || stored === 'en' ? stored : null;
  } catch {
    return null;
  }
}

function preferred(): Language {
  for (const tag of navigator.languages ?? [navigator.language]) {
    if (tag.startsWith('ko')) return 'ko';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w{1,40})\}/g, (whole, name: string) => values[name] ?? whole);
}
