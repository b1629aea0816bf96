import { useEffect, useState } from 'preact/hooks';

export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORAGE_KEY = 'dropgate.language';
const listeners = new Set<() => void>();

let current: Language = remembered() ?? preferred();

/** The language of the page: the visitor's choice, else what the browser prefers. */
export function language(): Language {
  return current;
}

export function chooseLanguage(next: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage may be forbidden: the choice then lasts for this page only.
  }
  use(next);
}

/** Calls `listener` whenever the visitor switches the language, here or in another tab. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The language, for a component that is to be drawn anew when it changes. */
export function useLanguage(): Language {
  const [shown, show] = useState(current);
  useEffect(() => onLanguage(() => show(current)), []);
  return shown;
}

/** Another tab has chosen: all tabs speak one language. */
function followOtherTabs(): void {
  window.addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY) use(remembered() ?? preferred());
  });
}

function use(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((known) => known === text);
}

function remembered(): Language | null {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return isLanguage(stored) ? stored : null;
  } catch {
    return null;
  }
}

function preferred(): Language {
  for (const tag of navigator.languages ?? [navigator.language]) {
    const [primary = ''] = tag.toLowerCase().split('-');
    if (isLanguage(primary)) return primary;
  }
  return 'en';
}

use(current);
followOtherTabs();
