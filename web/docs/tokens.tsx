import { useState } from 'preact/hooks';
import type { Callers } from './description.js';
import { t } from './docs-texts.js';

/** Whom the requests of this page speak for. Not stored: a reload forgets them. */
export interface Tokens {
  readonly buyers: string;
  readonly operators: string;
}

export const NO_TOKENS: Tokens = { buyers: '', operators: '' };

/** The headers that let a request in; without an ops token the browser sends the login's cookie. */
export function headersFor(callers: Callers, tokens: Tokens): Record<string, string> {
  const token = callers === 'anybody' ? '' : tokens[callers].trim();
  return token === '' ? {} : { Authorization: `Bearer ${token}` };
}

interface TokenFieldsProps {
  readonly tokens: Tokens;
  readonly onChange: (tokens: Tokens) => void;
}

export function TokenFields({ tokens, onChange }: TokenFieldsProps) {
  const [said, say] = useState('');
  async function becomeGuest(): Promise<void> {
    const response = await fetch('/api/sessions', { method: 'POST' }).catch(() => null);
    const body = await response?.json().catch(() => null);
    if (!response?.ok) return say(t('who.guestFailed', { code: body?.code ?? '–' }));
    onChange({ ...tokens, buyers: body.token });
    say(t('who.guestDone', { buyer: body.buyerId }));
  }
  return (
    <section aria-labelledby="who">
      <h2 id="who">{t('who.title')}</h2>
      <p class="quiet">{t('who.intro')}</p>
      <div class="fields">
        <label for="buyer-token">{t('who.buyer')}</label>
        <input
          id="buyer-token"
          autocomplete="off"
          spellcheck={false}
          value={tokens.buyers}
          onInput={(event) => onChange({ ...tokens, buyers: event.currentTarget.value })}
        />
        <button type="button" class="secondary" onClick={becomeGuest}>
          {t('who.guest')}
        </button>
        <p role="status">{said}</p>
        <label for="ops-token">{t('who.ops')}</label>
        <input
          id="ops-token"
          type="password"
          autocomplete="off"
          aria-describedby="ops-hint"
          value={tokens.operators}
          onInput={(event) => onChange({ ...tokens, operators: event.currentTarget.value })}
        />
        <p id="ops-hint" class="quiet">
          {t('who.opsHint')}
        </p>
      </div>
    </section>
  );
}
