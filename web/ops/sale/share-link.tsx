import { useRef, useState } from 'preact/hooks';
import { t } from '../texts.js';

/** The address that buyers get, to be copied. */
export function ShareLink({ saleId }: { readonly saleId: string }) {
  const [copied, tell] = useState(false);
  const text = useRef<HTMLElement>(null);
  const url = new URL(`/sales/${encodeURIComponent(saleId)}`, location.origin).href;
  const copy = async () => {
    // Without a secure context there is no clipboard: what is selected is copied by hand.
    if (text.current) getSelection()?.selectAllChildren(text.current);
    await navigator.clipboard?.writeText(url).then(
      () => tell(true),
      () => undefined,
    );
  };
  return (
    <section aria-labelledby="share-head">
      <h2 id="share-head">{t('share.title')}</h2>
      <p class="quiet">{t('share.what')}</p>
      <div class="line">
        <code ref={text}>{url}</code>
        <button type="button" class="secondary" onClick={() => void copy()}>
          {t('share.copy')}
        </button>
      </div>
      <p role="status" class="done">
        {copied && t('share.copied')}
      </p>
    </section>
  );
}
