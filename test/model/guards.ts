import type { OwnedLane } from '../../lua/decide.js';
import type { LaneView } from '../../lua/script.js';
import type { Lane } from './state.js';

/** Redis knows less than its caller has seen, or it is another life of the lane. */
export function behind(lane: Lane, view: LaneView): boolean {
  return view.incarnation !== lane.incarnation || view.seen > lane.feed;
}

/** What is wrong with an owner's call, if anything. */
export function barred(lane: Lane, owned: OwnedLane): { kind: 'behind' | 'fenced' } | null {
  if (behind(lane, owned)) return { kind: 'behind' };
  return owned.fencingToken === lane.token ? null : { kind: 'fenced' };
}
