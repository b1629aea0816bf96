import { Shell } from '../shell.js';
import { t } from '../texts.js';

/** What is told where there is nothing, with the way on. */
export function Missing({ what }: { readonly what: string }) {
  return (
    <Shell title={what} width="narrow">
      <section class="panel" data-tone="bad">
        <h1>{what}</h1>
        <p class="detail">{t('missing.detail')}</p>
        <a class="secondary link" href="/">
          {t('missing.toShop')}
        </a>
      </section>
    </Shell>
  );
}
