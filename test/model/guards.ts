import type { OwnedLane } from '../../lua/decide.js';
import type { LaneView } from '../../lua/script.js';
import type { Lane, Outcome } from './state.js';

type Behind = Outcome<{ readonly kind: 'behind' }>;

/**
 * What a caller gets who cannot be served: Redis knows less than the caller has seen, or it is
 * another life of the lane. One who has seen more ends this life for everybody.
 */
export function behind(lane: Lane, view: LaneView): Behind | null {
  if (view.incarnation !== lane.incarnation) return behindOf(lane);
  if (view.seen > lane.feed) return behindOf({ ...lane, lost: true });
  return lane.lost ? behindOf(lane) : null;
}

function behindOf(lane: Lane): Behind {
  return { lane, answer: { kind: 'behind' }, entries: [] };
}

/** What an owner gets who cannot be served. */
export function barred(
  lane: Lane,
  owned: OwnedLane,
): Outcome<{ readonly kind: 'behind' | 'fenced' }> | null {
  const shut = behind(lane, owned);
  if (shut) return shut;
  return owned.fencingToken === lane.token
    ? null
    : { lane, answer: { kind: 'fenced' }, entries: [] };
}
