/** What the buyer should know about the connection. Pure. */
import type { RoomState } from '../../client/index.js';
import { lookUp, type MessageKey, plural, t } from '../texts.js';

type Connection = 'live' | 'connecting' | 'polling' | 'offline' | TroubleKind;
type TroubleKind = NonNullable<RoomState['trouble']>['kind'];

const LIVE_PHASES: ReadonlySet<string> = new Set(['waiting', 'standby', 'held', 'hold-ending']);

export function connectionOf(state: RoomState): Connection {
  return state.trouble?.kind ?? state.link;
}

/** The state of the connection in words; of a buyer in line also what that means for the place. */
export function connectionText(state: RoomState): string {
  const connection = connectionOf(state);
  const kept = LIVE_PHASES.has(state.phase) ? lookUp(`banner.${connection}.place`) : null;
  return kept ?? t(`banner.${connection}` as MessageKey);
}

/** The seconds to the next try: for the eye only, they are never read out. */
export function retryText({ trouble }: RoomState, now: number): string {
  const left = trouble ? Math.ceil((trouble.retryAt - now) / 1_000) : 0;
  return left > 1 ? plural('banner.retryIn', left) : '';
}
