import type { ComponentChildren } from 'preact';
import { render } from 'preact';
import { chooseLanguage, LANGUAGES, type Language, useLanguage } from './language.js';

/** Each language in its own words: who looks for theirs cannot read the other. */
const NAMES: Record<Language, string> = { ko: '한국어', en: 'English' };

export interface PageProps {
  readonly title: string;
  readonly skipLabel: string;
  readonly languageLabel: string;
  /** Where the brand leads. */
  readonly home: string;
  readonly width?: 'narrow' | 'wide';
  /** Links beside the brand. */
  readonly navigation?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What every page has around its content. */
export function Page({ title, width = 'wide', ...props }: PageProps) {
  document.title = title === '' ? 'Dropgate' : `${title} · Dropgate`;
  return (
    <>
      <a class="skip" href="#main">
        {props.skipLabel}
      </a>
      <header class="top">
        <a class="brand" href={props.home}>
          Dropgate
        </a>
        {props.navigation}
        <LanguageSwitch label={props.languageLabel} />
      </header>
      <main id="main" class={width} tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}

function LanguageSwitch({ label }: { readonly label: string }) {
  const current = useLanguage();
  return (
    <fieldset class="languages" aria-label={label}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          class="language"
          lang={language}
          aria-pressed={language === current}
          onClick={() => chooseLanguage(language)}
        >
          {NAMES[language]}
        </button>
      ))}
    </fieldset>
  );
}

/** Draws the page into the document; it is drawn anew when the language changes. */
export function mountPage(Content: () => ComponentChildren): void {
  const root = document.getElementById('app');
  if (!root) throw new Error('the page has no #app');
  render(<Whole Content={Content} />, root);
}

function Whole({ Content }: { readonly Content: () => ComponentChildren }) {
  useLanguage();
  return <Content />;
}
