import { ENDS, wishOf } from '../buyers/wishes.mjs';

/** How holds began and ended, from what buyers were told and the ledger's rows. */

const LIVE = new Set(['waiting', 'standby', 'held']);
const HELD = new Set(['held', 'confirmed', 'released', 'expired']);

/** Buyers whose last word was no final one: still in line, or holding. */
export function withoutFinalAnswer(buyers) {
  return buyers.filter(({ outcome, attempts }) => {
    if (outcome === null) return true;
    return [...attempts.values()].some((attempt) => LIVE.has(lastOf(attempt).state));
  });
}

/** The most units that buyers surely had at one moment: between two looks, or once confirmed. */
export function mostAtOnce(buyers) {
  const steps = [];
  for (const { quantity, sightings } of attemptsOf(buyers)) {
    const had = sightings.filter(({ state }) => state === 'held' || state === 'confirmed');
    if (had.length === 0) continue;
    const from = Math.min(...had.map(({ answeredAt }) => answeredAt));
    const kept = had.some(({ state }) => state === 'confirmed');
    const to = kept ? Number.POSITIVE_INFINITY : Math.max(...had.map(({ sentAt }) => sentAt));
    if (from < to) steps.push([from, quantity], [to, -quantity]);
  }
  let units = 0;
  let most = 0;
  for (const [, change] of steps.sort(([a, x], [b, y]) => (a === b ? x - y : a < b ? -1 : 1))) {
    units += change;
    most = Math.max(most, units);
  }
  return most;
}

/**
 * Holds whose end is not the one that the buyer chose, or which ended more than once: a place in
 * line is version 1, standby one more, the hold one more, its end the last.
 * @param {import('./answers.mjs').Buyer[]} buyers in the order of the crowd
 */
export function endedWrongly(buyers, rows) {
  const indexOf = new Map(buyers.map(({ id }, index) => [id, index]));
  const stoodBy = new Set(
    attemptsOf(buyers)
      .filter(wasIn('standby'))
      .map(({ id }) => id),
  );
  const wrong = [];
  for (const { id, buyerId, state, version } of rows) {
    const index = indexOf.get(buyerId);
    if (index === undefined || !HELD.has(state)) continue;
    if (!ENDS[wishOf(index)].includes(state)) wrong.push(`${id}: ${wishOf(index)}, but ${state}`);
    const versions = stoodBy.has(id) ? [4] : [3, 4];
    if (!versions.includes(version)) wrong.push(`${id} is ${state} in version ${version}`);
  }
  return wrong;
}

/** Holds told as expired sooner than their time after the buyer last asked without having one. */
export function endedTooSoon(buyers, holdSeconds) {
  return attemptsOf(buyers)
    .filter(({ sightings }) => {
      const ends = sightings.filter(({ state }) => state === 'expired').map((s) => s.answeredAt);
      const before = sightings.filter(({ state }) => state === 'waiting' || state === 'standby');
      const since = Math.max(...before.map(({ sentAt }) => sentAt));
      return Math.min(...ends) < since + holdSeconds * 1_000_000;
    })
    .map(({ id }) => id);
}

/**
 * Who was passed over, where each wants one unit: told "standby" in answer to a request sent after
 * a higher ticket had been told "held"; or with a later deadline than a higher ticket; or sold out
 * below a ticket that was held.
 */
export function passedOverInStandby(buyers) {
  const found = [];
  let firstHeldAt = Number.POSITIVE_INFINITY;
  let deadline = null;
  for (const attempt of attemptsOf(buyers).sort((a, b) => b.ticket - a.ticket)) {
    const { ticket, sightings } = attempt;
    const hold = sightings.find(({ state }) => state === 'held');
    const ends = hold?.holdExpiresAt ?? null;
    const stood = sightings.some((s) => s.state === 'standby' && s.sentAt > firstHeldAt);
    if (stood) found.push(`ticket ${ticket} still stood by when a higher one was held`);
    else if (deadline !== null && ends > deadline) found.push(`ticket ${ticket} was held later`);
    else if (deadline !== null && lastOf(attempt).state === 'sold-out')
      found.push(`ticket ${ticket} was sold out`);
    const times = sightings.filter(({ state }) => state === 'held').map((s) => s.answeredAt);
    firstHeldAt = Math.min(firstHeldAt, ...times);
    if (ends !== null && (deadline === null || ends < deadline)) deadline = ends;
  }
  return found;
}

export function lastOf({ sightings }) {
  return sightings.reduce((a, b) => (b.version > a.version ? b : a));
}

function wasIn(wanted) {
  return ({ sightings }) => sightings.some(({ state }) => state === wanted);
}

function attemptsOf(buyers) {
  return buyers.flatMap(({ attempts }) => [...attempts.values()]);
}
