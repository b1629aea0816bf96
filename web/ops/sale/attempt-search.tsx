import { useState } from 'preact/hooks';
import type { OpsAttempts } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import * as api from '../api.js';
import { TroubleText } from '../parts/trouble.js';
import { plural, t } from '../texts.js';
import type { Trouble } from '../use-command.js';
import { AttemptStory } from './attempt-story.js';

const WAYS = ['buyerId', 'ticket'] as const;
type Way = (typeof WAYS)[number];

/** Looks up attempts by their buyer or ticket: "why did I not get it?" */
export function AttemptSearch({ saleId }: { readonly saleId: string }) {
  const [way, setWay] = useState<Way>('buyerId');
  const [wanted, setWanted] = useState('');
  const [found, show] = useState<OpsAttempts | null>(null);
  const [trouble, tell] = useState<Trouble | null>(null);
  const find = async (cursor: string | null) => {
    const query = { [way]: wanted.trim(), limit: '20', ...(cursor ? { cursor } : {}) };
    const answer = await api.attempts(saleId, query);
    tell(answer.kind === 'ok' ? null : answer.kind === 'problem' ? answer.problem : 'unreachable');
    if (answer.kind !== 'ok') return show(null);
    const { items } = answer.body;
    show({ ...answer.body, items: cursor && found ? [...found.items, ...items] : items });
  };
  return (
    <section aria-labelledby="search-head">
      <h2 id="search-head">{t('attempts.title')}</h2>
      <p class="quiet">{t('attempts.what')}</p>
      <form
        class="filters"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void find(null);
        }}
      >
        <div class="field">
          <label for="way">{t('attempts.by')}</label>
          <select
            id="way"
            value={way}
            onChange={(event) => setWay(event.currentTarget.value as Way)}
          >
            {WAYS.map((one) => (
              <option key={one} value={one}>
                {t(`attempts.by.${one}`)}
              </option>
            ))}
          </select>
        </div>
        <div class="field grow">
          <label for="attempt">{t(`attempts.by.${way}`)}</label>
          <input
            id="attempt"
            value={wanted}
            autocomplete="off"
            inputMode={way === 'ticket' ? 'numeric' : 'text'}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="secondary">
          {t('attempts.find')}
        </button>
      </form>
      <Refused trouble={trouble} way={way} />
      <p role="status">{found && foundWords(found)}</p>
      {found?.items.map((attempt) => (
        <AttemptStory key={attempt.id} attempt={attempt} />
      ))}
      {found?.nextCursor && (
        <button type="button" class="secondary" onClick={() => void find(found.nextCursor)}>
          {t('list.more')}
        </button>
      )}
    </section>
  );
}

function Refused({ trouble, way }: { readonly trouble: Trouble | null; readonly way: Way }) {
  if (trouble === null || trouble === 'unreachable' || trouble.code !== 'invalid-request') {
    return <TroubleText trouble={trouble} />;
  }
  return (
    <p class="refusal" role="alert">
      {t(`attempts.wrong.${way}`)}
    </p>
  );
}

function foundWords({ items, lag }: OpsAttempts): string {
  const words = items.length === 0 ? t('attempts.none') : plural('attempts.found', items.length);
  return lag > 0 ? `${words} ${t('attempts.lag', { n: count(lag) })}` : words;
}
