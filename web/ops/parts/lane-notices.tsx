import type { Lane } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { t } from '../texts.js';

/** What is wrong with lanes, and what to do about it; nothing while all is well. */
export function LaneNotices({ lanes }: { readonly lanes: readonly Lane[] }) {
  const notices = lanes.flatMap(noticesOf);
  if (notices.length === 0) return null;
  return (
    <div role="alert" class="notices">
      {notices.map((text) => (
        <p key={text} class="notice">
          {text}
        </p>
      ))}
    </div>
  );
}

function noticesOf({ lane, state, clock, owner }: Lane): string[] {
  const values = { lane: count(lane) };
  const notices: string[] = [];
  if (state !== 'open') notices.push(t(`lane.notice.${state}`, values));
  if (clock === 'stopped') notices.push(t('lane.notice.clock', values));
  if (state === 'open' && owner === null) notices.push(t('lane.notice.noOwner', values));
  return notices;
}
