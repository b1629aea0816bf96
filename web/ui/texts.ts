import { type Language, language } from './language.js';

type Values = Readonly<Record<string, string>>;

/** A key that has a `.one` and a `.other` form. */
export type PluralKey<Key extends string> = Key extends `${infer Stem}.one` ? Stem : never;

export interface Texts<Key extends string> {
  /** The text of a key in the language of the page; `{name}` stands for the value of that name. */
  t(key: Key, values?: Values): string;
  /** The form of a key for the number `n`; `{n}` is the number as this language writes it. */
  plural(key: PluralKey<Key>, n: number, values?: Values): string;
  /** The text of a key that is put together from what the server says, if there is one. */
  lookUp(key: string, values?: Values): string | null;
}

/** The texts of one set of pages; every language has the same keys. */
export function textsOf<Key extends string>(
  messages: Record<Language, Record<Key, string>>,
): Texts<Key> {
  const t = (key: Key, values: Values = {}) => fill(messages[language()][key], values);
  return {
    t,
    plural(key, n, values = {}) {
      const form = new Intl.PluralRules(language()).select(n) === 'one' ? 'one' : 'other';
      const number = new Intl.NumberFormat(language()).format(n);
      return t(`${key}.${form}` as Key, { ...values, n: number });
    },
    lookUp(key, values) {
      return Object.hasOwn(messages[language()], key) ? t(key as Key, values) : null;
    },
  };
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w{1,40})\}/g, (whole, name: string) => values[name] ?? whole);
}
