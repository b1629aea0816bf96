/** What each buyer saw, gathered from the diaries. Nothing here asks the system anything. */

/**
 * @typedef {{id: string, ticket: number, quantity: number, sightings: Sighting[]}} SeenAttempt
 * @typedef {{state: string, version: number, sentAt: number | null, answeredAt: number,
 *   holdExpiresAt: string | null, orderId: string | null}} Sighting
 * @typedef {{status: number, code?: string, key: string, attemptId?: string, answeredAt: number}} Answer
 * @typedef {object} Buyer
 * @property {string} id
 * @property {number | null} clickedAt when the first press was sent
 * @property {number | null} acceptedAt when the first press that got a ticket was answered
 * @property {number | null} ticket the one in that answer
 * @property {Map<string, SeenAttempt>} attempts
 * @property {Answer[]} answers to presses
 * @property {string | null} outcome what the buyer was told, `null` without an answer
 * @property {number | null} toldAt
 */

/** Parses JSON lines; a torn last line (the load was killed) is counted, not thrown. */
export function parseDiaries(text) {
  const entries = [];
  let torn = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      entries.push(JSON.parse(line));
    } catch {
      torn += 1;
    }
  }
  return { entries, torn };
}

/**
 * @param {string[]} buyerIds everyone who was sent, so that one without a line is noticed
 * @returns {Buyer[]}
 */
export function gatherBuyers(buyerIds, entries) {
  const buyers = new Map(buyerIds.map((id) => [id, newBuyer(id)]));
  for (const entry of entries) {
    const buyer = buyers.get(entry.buyer);
    if (buyer) add(buyer, entry);
  }
  for (const buyer of buyers.values()) conclude(buyer);
  return [...buyers.values()];
}

function newBuyer(id) {
  return {
    id,
    clickedAt: null,
    acceptedAt: null,
    ticket: null,
    attempts: new Map(),
    answers: [],
    outcome: null,
    toldAt: null,
  };
}

function add(buyer, entry) {
  const { kind, status, code, key, sentAt, answeredAt, attempt } = entry;
  if (kind === 'press') {
    buyer.clickedAt = least(buyer.clickedAt, sentAt);
    if (attempt) accept(buyer, attempt.ticket, answeredAt);
    buyer.answers.push({ status, code, key, attemptId: attempt?.id, answeredAt });
  }
  if (!attempt) return;
  const { id, ticket, quantity, state, version, holdExpiresAt, orderId } = attempt;
  const known = buyer.attempts.get(id) ?? { id, ticket, quantity, sightings: [] };
  const told = { holdExpiresAt: holdExpiresAt ?? null, orderId: orderId ?? null };
  known.sightings.push({ state, version, sentAt: sentAt ?? null, answeredAt, ...told });
  buyer.attempts.set(id, known);
}

function accept(buyer, ticket, answeredAt) {
  if (buyer.acceptedAt !== null && buyer.acceptedAt <= answeredAt) return;
  buyer.acceptedAt = answeredAt;
  buyer.ticket = ticket;
}

/** The outcome is the first thing told that was not "wait". */
function conclude(buyer) {
  const told = [];
  for (const { sightings } of buyer.attempts.values()) {
    for (const { state, answeredAt } of sightings) {
      if (state !== 'waiting') told.push({ outcome: state, answeredAt });
    }
  }
  // Being refused at the door is an answer unless a ticket was given out before.
  if (buyer.attempts.size === 0) {
    for (const { status, code, answeredAt } of buyer.answers) {
      if (isRefusal(status)) told.push({ outcome: code ?? `status ${status}`, answeredAt });
    }
  }
  const first = told.reduce((a, b) => (a && a.answeredAt <= b.answeredAt ? a : b), null);
  buyer.outcome = first?.outcome ?? null;
  buyer.toldAt = first?.answeredAt ?? null;
}

function isRefusal(status) {
  return status >= 400 && status < 500 && status !== 429;
}

function least(a, b) {
  return a === null ? b : Math.min(a, b);
}
