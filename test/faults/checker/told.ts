import { type Diary, type Sighting, sightings, type Told } from '../diary.js';
import type { StoredAttempt } from '../stored.js';
import type { Replay } from './replay.js';

/** What buyers were told, sorted by whether it is still so. */
export interface Sorted {
  /** The diary without what did not survive. */
  readonly diary: Diary;
  /** Attempt id → what was told of it and is void since the lane lost data. */
  readonly void: ReadonlyMap<string, string>;
  /** Told without ever having been so, in a lane that lost nothing. */
  readonly untrue: readonly string[];
}

/**
 * Holds every word against the feed: each state and version that a buyer was told has to be one
 * that an entry gave. After a loss of data, what does not fit is what was lost.
 */
export function sortTold(
  diary: Diary,
  played: Replay,
  rows: readonly StoredAttempt[],
  losses: number,
): Sorted {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const isSo = ({ told: { id, version, state } }: Sighting) => {
    const said = played.said.get(`${id} ${version}`);
    // An entry that nobody could read may have said so: the ledger at least has to be as far.
    if (said === undefined && played.unseen > 0) return (rowOf.get(id)?.version ?? 0) >= version;
    return said === state;
  };
  const odd = new Set<unknown>(sightings(diary).filter((one) => !isSo(one)));
  const words = ({ id, version, state }: Told) => `${id} was told ${state} (${version})`;
  const told = ([...odd] as Sighting[]).map((one) => one.told);
  const lost = losses > 0 ? told : [];
  return {
    diary: losses > 0 ? without(diary, odd) : diary,
    void: new Map(lost.map((one) => [one.id, `${words(one)}, which is void`])),
    untrue: losses > 0 ? [] : told.map(words),
  };
}

function without({ presses, looks, acts }: Diary, odd: ReadonlySet<unknown>): Diary {
  const kept = (one: unknown) => !odd.has(one);
  return { presses: presses.filter(kept), looks: looks.filter(kept), acts: acts.filter(kept) };
}
