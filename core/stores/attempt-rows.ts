import type { Knex } from 'knex';
import type { AttemptRecord } from '../domain/attempt.js';
import type { FeedEntry } from '../feed.js';

/** Rows in one INSERT: below the packet limit by far, above where more would help. */
export const ROWS_PER_INSERT = 1_000;

/** Attempts in a row that changed alike, from which on one UPDATE costs less than their rows. */
const SHORTEST_RUN = 8;

/** What a run of feed entries comes to for one attempt. */
export interface Change {
  readonly saleId: string;
  readonly record: AttemptRecord;
  /** Whether these entries gave it its ticket; if not, the ledger has its row. */
  readonly isNew: boolean;
  readonly enteredAt: number;
  /** When these entries say that it first stood by, and was first held; else `null`. */
  readonly standbyAt: number | null;
  readonly heldAt: number | null;
  readonly changedAt: number;
}

/** One attempt after one more entry: its last state, and when it first had the states between. */
export function changeOf(
  before: Change | undefined,
  { saleId, kind, time }: FeedEntry,
  record: AttemptRecord,
): Change {
  const { state } = record;
  return {
    saleId,
    record,
    isNew: before?.isNew ?? kind === 'entered',
    enteredAt: before?.enteredAt ?? time,
    standbyAt: before?.standbyAt ?? (state === 'standby' ? time : null),
    heldAt: before?.heldAt ?? (state === 'held' ? time : null),
    changedAt: time,
  };
}

/** The columns of `attempts`, in the order of `attemptValues`. */
const COLUMNS = [
  'sale_id',
  'ticket',
  'tag',
  'buyer_id',
  'quantity',
  'state',
  'version',
  'hold_expires_at',
  'order_id',
  'reason',
  'entered_at',
  'changed_at',
  'standby_at',
  'held_at',
  'growing_room',
] as const;

/** What a hold adds to a row: two times of eight bytes. See the migration of the same name. */
const GROWING_ROOM = ' '.repeat(16);

function growingRoomOf({ state }: AttemptRecord): string | null {
  return state === 'waiting' ? GROWING_ROOM : null;
}

type Column = (typeof COLUMNS)[number];

function attemptValues({ saleId, record, enteredAt, standbyAt, heldAt, changedAt }: Change) {
  const { ticket, tag, buyerId, quantity, state, version } = record;
  const given = [saleId, ticket, tag, buyerId, quantity, state, version];
  const ends = [record.holdExpiresAt, record.orderId, record.reason];
  const times = [enteredAt, changedAt, standbyAt, heldAt];
  return [...given, ...ends, ...times, growingRoomOf(record)];
}

const CHANGING: readonly Column[] = [
  'state',
  'version',
  'hold_expires_at',
  'order_id',
  'reason',
  'changed_at',
  'growing_room',
];

/** Written once: an order that binds a hold, say, tells of the same state again. */
const FIRST: readonly Column[] = ['standby_at', 'held_at'];

/**
 * One statement for many attempts, in the words that MySQL and MariaDB share. As text, since the
 * query builder took more of the worker's CPU than the decisions: it looks at every value by itself.
 */
const WRITE_ATTEMPTS = `INSERT INTO attempts (${COLUMNS.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE ${[
  ...CHANGING.map((name) => `${name} = VALUES(${name})`),
  ...FIRST.map((name) => `${name} = COALESCE(${name}, VALUES(${name}))`),
].join(', ')}`;

async function insertAttempts(trx: Knex.Transaction, changes: readonly Change[]): Promise<void> {
  const rows = changes.map(attemptValues);
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    // A list of lists fills `VALUES ?`; the builder's types know no such binding.
    const part: unknown = rows.slice(from, from + ROWS_PER_INSERT);
    await trx.raw(WRITE_ATTEMPTS, [part as Knex.Value]);
  }
}

/** The same for the rows of a run, which the ledger has. */
const UPDATE_RUN = `UPDATE attempts SET ${[
  ...CHANGING.map((name) => `${name} = ?`),
  ...FIRST.map((name) => `${name} = COALESCE(${name}, ?)`),
].join(', ')} WHERE sale_id = ? AND ticket BETWEEN ? AND ? AND tag = ?`;

/** Whether an attempt follows the one before in the line, and became just what that one became. */
function isNextAlike(before: Change, change: Change): boolean {
  const [one, other] = [before.record, change.record];
  return (
    before.saleId === change.saleId &&
    before.changedAt === change.changedAt &&
    before.standbyAt === change.standbyAt &&
    before.heldAt === change.heldAt &&
    one.ticket + 1 === other.ticket &&
    one.tag === other.tag &&
    one.state === other.state &&
    one.version === other.version &&
    one.holdExpiresAt === other.holdExpiresAt &&
    one.orderId === other.orderId &&
    one.reason === other.reason
  );
}

/** Changes of attempts that the ledger has, in runs that one UPDATE can write. */
function runsOf(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && isNextAlike(before, change)) run.push(change);
    else runs.push([change]);
  }
  return runs;
}

/** Writes a run by one UPDATE; false when not all of its rows were there. */
async function updateRun(trx: Knex.Transaction, run: readonly Change[]): Promise<boolean> {
  const [first, last] = [run[0] as Change, run.at(-1) as Change];
  const { saleId, record, standbyAt, heldAt, changedAt } = first;
  const { state, version, holdExpiresAt, orderId, reason, tag } = record;
  const [{ affectedRows }] = await trx.raw(UPDATE_RUN, [
    ...[state, version, holdExpiresAt, orderId, reason, changedAt, growingRoomOf(record)],
    ...[standbyAt, heldAt],
    ...[saleId, record.ticket, last.record.ticket, tag],
  ] as Knex.Value[]);
  return affectedRows === run.length;
}

/**
 * Writes what became of attempts. In a long line an attempt is written when it enters and again
 * when it is decided, with hundreds of others and just as they: that second time its row need not
 * be sent.
 */
export async function writeAttempts(
  trx: Knex.Transaction,
  changes: readonly Change[],
): Promise<void> {
  const rows = changes.filter(({ isNew }) => isNew);
  for (const run of runsOf(changes.filter(({ isNew }) => !isNew))) {
    const isWritten = run.length >= SHORTEST_RUN && (await updateRun(trx, run));
    if (!isWritten) rows.push(...run);
  }
  await insertAttempts(trx, rows);
}
