import { useState } from 'preact/hooks';
import type { OpsActionEntry } from '../../../core/contract.js';
import * as api from '../api.js';
import { TroubleText } from '../parts/trouble.js';
import { When } from '../parts/when.js';
import { lookUp, t } from '../texts.js';
import { usePolled } from '../use-polled.js';
import { detailWords } from './trail-words.js';

const EVERY_MS = 5_000;

/** Who did what, newest first: to one object, or to all. */
export function TrailOf({ objectId }: { readonly objectId?: string }) {
  const of: Record<string, string> = objectId === undefined ? {} : { objectId };
  const [older, addOlder] = useState<readonly OpsActionEntry[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const { value, trouble } = usePolled(() => api.actions(of), EVERY_MS, objectId);
  const next = cursor === undefined ? (value?.nextCursor ?? null) : cursor;
  const more = async () => {
    const answer = await api.actions({ ...of, cursor: next ?? '' });
    if (answer.kind !== 'ok') return;
    addOlder((before) => [...before, ...answer.body.items]);
    setCursor(answer.body.nextCursor);
  };
  const shown = distinct([...(value?.items ?? []), ...older]);
  return (
    <>
      {trouble && !value && <TroubleText trouble={trouble} />}
      {value && shown.length === 0 && <p class="quiet">{t('list.empty')}</p>}
      <ol class="trail">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} linked={objectId === undefined} />
        ))}
      </ol>
      {next && (
        <button type="button" class="secondary" onClick={() => void more()}>
          {t('list.more')}
        </button>
      )}
    </>
  );
}

/** While older entries are shown newer ones come: each stands there once, newest first. */
function distinct(entries: readonly OpsActionEntry[]): OpsActionEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.id - a.id);
}

interface EntryProps {
  readonly entry: OpsActionEntry;
  readonly linked: boolean;
}

function Entry({ entry, linked }: EntryProps) {
  const { at, opsName, action, objectId, detail } = entry;
  const words = detailWords(detail);
  return (
    <li data-action-done={action}>
      <When at={at} />
      <span>
        <strong class="ops-name">{opsName}</strong> {lookUp(`did.${action}`) ?? action}{' '}
        {linked && <ObjectLink objectId={objectId} />}
        {words.length > 0 && <span class="quiet detail-words">{words.join(', ')}</span>}
      </span>
    </li>
  );
}

function ObjectLink({ objectId }: { readonly objectId: string }) {
  const isSale = /^s\d+-[0-9a-z]+$/.test(objectId);
  if (!isSale) return <code>{objectId}</code>;
  return (
    <a href={`/ops/sales/${encodeURIComponent(objectId)}`}>
      <code>{objectId}</code>
    </a>
  );
}
