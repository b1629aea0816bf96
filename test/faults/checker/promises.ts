import { type Diary, isDefinite, type Sighting, sightings, type Told } from '../diary.js';
import type { StoredAttempt } from '../stored.js';
import { byBuyer } from './limits.js';

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
export function lost(diary: Diary, rows: readonly StoredAttempt[]): Map<string, string> {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const lastLook = new Map(
    diary.looks.flatMap((look) => (look.told ? [[look.told.id, look.told]] : [])),
  );
  const wrong = new Map<string, string>();
  for (const [id, told] of acknowledged(diary)) {
    const what = lossOf(told, rowOf.get(id), lastLook.get(id));
    if (what) wrong.set(id, `${id} ${what}`);
  }
  return wrong;
}

function lossOf(
  { buyer, ticket }: Told & { buyer: string },
  row: StoredAttempt | undefined,
  seen: Told | undefined,
): string | null {
  if (!row) return 'is not in the ledger';
  if (row.buyer !== buyer || row.ticket !== ticket) return "is another's";
  if (row.state === 'waiting') return 'is undecided';
  if (!seen) return `cannot be read by ${buyer}`;
  return seen.state === row.state ? null : `is read as ${seen.state}, not ${row.state}`;
}

/** Attempts that were told in two states of one version, or in a lower version later on. */
export function takenBack(diary: Diary): string[] {
  const all = sightings(diary);
  const said = new Map<string, string>();
  const wrong: string[] = [];
  for (const { told } of all) {
    const { id, version, state, ticket } = told;
    const words = `${state} with ticket ${ticket}`;
    const before = said.get(`${id} ${version}`) ?? words;
    if (before !== words) wrong.push(`${id} version ${version} is ${before} and ${words}`);
    said.set(`${id} ${version}`, words);
  }
  return [...wrong, ...wentBack(all)];
}

function wentBack(all: readonly Sighting[]) {
  const byAnswer = [...all].sort((a, b) => a.answeredAt - b.answeredAt);
  const bySending = [...all].sort((a, b) => a.sentAt - b.sentAt);
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

/** Keys that led to two attempts, and buyers with more attempts than wishes. */
export function doubled(diary: Diary, rows: readonly StoredAttempt[]): string[] {
  const byKey = new Map<string, string>();
  const wishes = new Map<string, Set<string>>();
  const wrong: string[] = [];
  for (const { buyer, key, told } of diary.presses) {
    wishes.set(buyer, (wishes.get(buyer) ?? new Set()).add(key));
    if (!told) continue;
    const first = byKey.get(key) ?? told.id;
    if (first !== told.id) wrong.push(`${key}: ${first}, ${told.id}`);
    byKey.set(key, first);
  }
  for (const [buyer, mine] of byBuyer(rows)) {
    const most = wishes.get(buyer)?.size ?? 0;
    if (mine.length > most) wrong.push(`${buyer} has ${mine.length} attempts by ${most} wishes`);
  }
  return wrong;
}

/** Rows whose buyers got definite answers, none of which named that attempt. */
export function untold(diary: Diary, rows: readonly StoredAttempt[]): string[] {
  const told = acknowledged(diary);
  return rows.filter(({ id }) => !told.has(id)).map(({ id, buyer }) => `${id} of ${buyer}`);
}

/** Wishes and acts that never got a definite answer, however often they were sent. */
export function unanswered({ presses, acts }: Diary): string[] {
  const open = new Map<string, boolean>();
  const note = (name: string, answered: boolean) => {
    open.set(name, (open.get(name) ?? false) || answered);
  };
  for (const press of presses) note(press.key, isDefinite(press));
  for (const act of acts) {
    note(`${act.kind} ${act.attemptId} ${act.reference}`.trimEnd(), isDefinite(act));
  }
  return [...open].flatMap(([name, answered]) => (answered ? [] : [name]));
}

interface Place {
  readonly buyer: string;
  readonly ticket: number;
  readonly firstSentAt: number;
  readonly firstAnsweredAt: number;
}

/**
 * When each attempt was first asked for and first told. A press that was cut off may have been for
 * any attempt of its buyer: it counts as early as it could.
 */
function places({ presses }: Diary): Place[] {
  const cutOff = new Map<string, number>();
  const known = new Map<string, Place>();
  for (const { buyer, sentAt, told } of presses) {
    if (!told) cutOff.set(buyer, Math.min(sentAt, cutOff.get(buyer) ?? sentAt));
  }
  for (const { buyer, sentAt, answeredAt, told } of presses) {
    if (!told) continue;
    const before = known.get(told.id);
    const first = Math.min(sentAt, cutOff.get(buyer) ?? sentAt);
    known.set(told.id, {
      ...{ buyer, ticket: told.ticket },
      firstSentAt: Math.min(first, before?.firstSentAt ?? first),
      firstAnsweredAt: Math.min(answeredAt, before?.firstAnsweredAt ?? answeredAt),
    });
  }
  return [...known.values()];
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
