import { type Diary, isDefinite, type Press, type Told } from '../diary.js';
import type { StoredAttempt } from '../stored.js';

/** What the buyers' diaries say against the ledger. Every list holds what is wrong, in words. */

/** Attempts that a buyer was told to have: id → what the first such answer said. */
export function acknowledged({ presses }: Diary): Map<string, Told & { buyer: string }> {
  const all = new Map<string, Told & { buyer: string }>();
  for (const { buyer, told } of presses) {
    if (told && !all.has(told.id)) all.set(told.id, { ...told, buyer });
  }
  return all;
}

/** Acknowledged attempts that are not in the ledger, or undecided, or not their buyer's to see. */
export function lost(diary: Diary, rows: readonly StoredAttempt[]): string[] {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const lastLook = new Map(
    diary.looks.flatMap((look) => (look.told ? [[look.told.id, look]] : [])),
  );
  const wrong: string[] = [];
  for (const { id, buyer, ticket } of acknowledged(diary).values()) {
    const row = rowOf.get(id);
    if (!row) wrong.push(`${id} is not in the ledger`);
    else if (row.buyer !== buyer || row.ticket !== ticket) wrong.push(`${id} is another's`);
    else if (row.state === 'waiting') wrong.push(`${id} is undecided`);
    const seen = lastLook.get(id)?.told;
    if (!seen) wrong.push(`${id} cannot be read by ${buyer}`);
    else if (row && seen.state !== row.state) wrong.push(`${id}: ${seen.state}, not ${row.state}`);
  }
  return wrong;
}

/** Attempts that were told in two states of one version, or in a lower version later on. */
export function takenBack(diary: Diary): string[] {
  const sightings = [...diary.presses, ...diary.looks].filter(({ told }) => told !== null);
  const said = new Map<string, string>();
  const wrong: string[] = [];
  for (const { told } of sightings) {
    const { id, version, state, ticket } = told as Told;
    const words = `${state} with ticket ${ticket}`;
    const before = said.get(`${id} ${version}`) ?? words;
    if (before !== words) wrong.push(`${id} version ${version} is ${before} and ${words}`);
    said.set(`${id} ${version}`, words);
  }
  return [...wrong, ...wentBack(sightings as (Press & { told: Told })[])];
}

function wentBack(sightings: readonly { sentAt: number; answeredAt: number; told: Told }[]) {
  const byAnswer = [...sightings].sort((a, b) => a.answeredAt - b.answeredAt);
  const bySending = [...sightings].sort((a, b) => a.sentAt - b.sentAt);
  const known = new Map<string, number>();
  const wrong: string[] = [];
  let next = 0;
  for (const { sentAt, told } of bySending) {
    for (; (byAnswer[next]?.answeredAt ?? Number.POSITIVE_INFINITY) < sentAt; next += 1) {
      const { id, version } = (byAnswer[next] as { told: Told }).told;
      known.set(id, Math.max(version, known.get(id) ?? 0));
    }
    const before = known.get(told.id) ?? 0;
    if (told.version < before) wrong.push(`${told.id}: version ${told.version} after ${before}`);
  }
  return wrong;
}

/** Keys that led to two attempts, and buyers with more than one: repeats that counted twice. */
export function doubled(diary: Diary, rows: readonly StoredAttempt[]): string[] {
  const byKey = new Map<string, string>();
  const byBuyer = new Map<string, string>();
  const wrong: string[] = [];
  for (const { key, told } of diary.presses) {
    if (!told) continue;
    if ((byKey.get(key) ?? told.id) !== told.id)
      wrong.push(`${key}: ${byKey.get(key)}, ${told.id}`);
    byKey.set(key, told.id);
  }
  for (const { buyer, id } of rows) {
    if (byBuyer.has(buyer)) wrong.push(`${buyer} has ${byBuyer.get(buyer)} and ${id}`);
    byBuyer.set(buyer, id);
  }
  return wrong;
}

/** Rows whose buyers got definite answers, none of which named that attempt. */
export function untold(diary: Diary, rows: readonly StoredAttempt[]): string[] {
  const told = acknowledged(diary);
  return rows.filter(({ id }) => !told.has(id)).map(({ id, buyer }) => `${id} of ${buyer}`);
}

/** Wishes that never got a definite answer, however often they were sent. */
export function unanswered({ presses }: Diary): string[] {
  const open = new Set(presses.map(({ key }) => key));
  for (const press of presses) if (isDefinite(press)) open.delete(press.key);
  return [...open];
}

interface Place {
  readonly buyer: string;
  readonly ticket: number;
  readonly firstSentAt: number;
  readonly firstAnsweredAt: number;
}

function places({ presses }: Diary): Place[] {
  const sent = new Map<string, number>();
  const answered = new Map<string, { at: number; told: Told; buyer: string }>();
  for (const { buyer, sentAt, answeredAt, told } of presses) {
    sent.set(buyer, Math.min(sentAt, sent.get(buyer) ?? sentAt));
    const first = told && answered.get(told.id);
    if (told && (!first || answeredAt < first.at)) {
      answered.set(told.id, { at: answeredAt, told, buyer });
    }
  }
  return [...answered.values()].map(({ at, told, buyer }) => ({
    buyer,
    ticket: told.ticket,
    firstSentAt: sent.get(buyer) as number,
    firstAnsweredAt: at,
  }));
}

/**
 * Buyers who were overtaken by somebody who pressed only after they had been answered. One sweep
 * over both orders: for each sending, the highest ticket that had been answered before it.
 */
export function inversions(diary: Diary): string[] {
  const all = places(diary);
  const byAnswer = [...all].sort((a, b) => a.firstAnsweredAt - b.firstAnsweredAt);
  const bySending = [...all].sort((a, b) => a.firstSentAt - b.firstSentAt);
  const wrong: string[] = [];
  let next = 0;
  let highest: Place | undefined;
  for (const late of bySending) {
    for (let early = byAnswer[next]; early && early.firstAnsweredAt < late.firstSentAt; ) {
      if (!highest || early.ticket > highest.ticket) highest = early;
      next += 1;
      early = byAnswer[next];
    }
    if (highest && highest.ticket > late.ticket) {
      wrong.push(`${late.buyer} (${late.ticket}) overtook ${highest.buyer} (${highest.ticket})`);
    }
  }
  return wrong;
}
