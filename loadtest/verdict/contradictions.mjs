/** Answers that take an earlier one back. */

/** Where nobody confirms, releases or runs out of time, only this may follow. */
const FIRST_LIFE = { standby: new Set(['held', 'sold-out']) };

/** Where holds end. A hold may pass between two looks, but only its owner confirms or releases. */
export const WHOLE_LIFE = {
  standby: new Set(['held', 'sold-out', 'expired']),
  held: new Set(['confirmed', 'released', 'expired']),
};

/**
 * @param {import('./answers.mjs').Buyer[]} buyers
 * @returns {string[]} one line for each buyer who was told two things
 */
export function contradictions(buyers, mayBecome = FIRST_LIFE) {
  const found = [];
  for (const buyer of buyers) {
    const attempts = [...buyer.attempts.values()];
    const reasons = attempts.map((attempt) => ofAttempt(attempt, mayBecome)).filter(Boolean);
    const refused = refusedWhileHolding(buyer);
    if (refused) reasons.push(refused);
    if (reasons.length > 0) found.push(`${buyer.id}: ${reasons.join('; ')}`);
  }
  return found;
}

function ofAttempt({ id, sightings }, mayBecome) {
  return (
    twoStatesInOneVersion(id, sightings) ??
    decidedTwice(id, sightings, mayBecome) ??
    tookBack(id, sightings)
  );
}

function twoStatesInOneVersion(id, sightings) {
  const states = new Map();
  for (const { version, state } of sightings) {
    const other = states.get(version) ?? state;
    if (other !== state) return `${id} version ${version} is ${other} and ${state}`;
    states.set(version, state);
  }
  return null;
}

function decidedTwice(id, sightings, mayBecome) {
  const decided = sightings.filter(({ state }) => state !== 'waiting');
  const inOrder = decided.sort((a, b) => a.version - b.version);
  for (let at = 1; at < inOrder.length; at += 1) {
    const [from, to] = [inOrder[at - 1].state, inOrder[at].state];
    if (from !== to && !mayBecome[from]?.has(to)) return `${id} decided ${from}, then ${to}`;
  }
  return null;
}

/** "Waiting" in answer to a request that was sent after the decision had been told. */
function tookBack(id, sightings) {
  const times = sightings.filter(({ state }) => state !== 'waiting').map((s) => s.answeredAt);
  const told = Math.min(...times);
  const back = sightings.some(({ state, sentAt }) => state === 'waiting' && sentAt > told);
  return back ? `${id} waiting again after it was decided` : null;
}

/** A live attempt answers every press with itself, so its owner can't be sold out at the door. */
function refusedWhileHolding({ attempts, answers }) {
  const held = [...attempts.values()].some(({ sightings }) =>
    sightings.some(({ state }) => state === 'held'),
  );
  const refused = answers.some(({ code, status }) => status === 410 || code === 'sold-out');
  return held && refused ? 'told sold out at the door while holding' : null;
}
