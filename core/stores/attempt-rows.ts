import type { Knex } from 'knex';
import type { AttemptRecord } from '../domain/attempt.js';
import type { FeedEntry } from '../feed.js';

/** Rows in one INSERT: below the packet limit by far, above where more would help. */
export const ROWS_PER_INSERT = 1_000;

/** Attempts in a row that are alike, from which on one statement costs less than their rows. */
const SHORTEST_RUN = 8;

/** What a run of feed entries comes to for one attempt: its last state, and when it first had those before. */
export class Change {
  readonly saleId: string;
  record: AttemptRecord;
  /** Whether these entries gave it its ticket; if not, the ledger has its row. */
  readonly isNew: boolean;
  readonly enteredAt: number;
  /** When these entries say that it first stood by, and was first held; else `null`. */
  standbyAt: number | null = null;
  heldAt: number | null = null;
  changedAt: number;

  constructor({ saleId, kind, time }: FeedEntry, record: AttemptRecord) {
    this.saleId = saleId;
    this.record = record;
    this.isNew = kind === 'entered';
    this.enteredAt = time;
    this.changedAt = time;
    this.follow(time, record);
  }

  /** One more entry tells of the attempt. */
  follow(time: number, record: AttemptRecord): void {
    this.record = record;
    this.changedAt = time;
    if (record.state === 'standby') this.standbyAt ??= time;
    if (record.state === 'held') this.heldAt ??= time;
  }
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

/** The values from `state` on. */
function becameOf({ record, enteredAt, standbyAt, heldAt, changedAt }: Change) {
  const { state, version, holdExpiresAt, orderId, reason } = record;
  const ends = [state, version, holdExpiresAt, orderId, reason];
  return [...ends, enteredAt, changedAt, standbyAt, heldAt, growingRoomOf(record)];
}

function attemptValues(change: Change) {
  const { ticket, tag, buyerId, quantity } = change.record;
  return [change.saleId, ticket, tag, buyerId, quantity, ...becameOf(change)];
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
const WRITE_ATTEMPTS = `INSERT INTO attempts (${COLUMNS.join(', ')})`;

const OR_CHANGE = `ON DUPLICATE KEY UPDATE ${[
  ...CHANGING.map((name) => `${name} = VALUES(${name})`),
  ...FIRST.map((name) => `${name} = COALESCE(${name}, VALUES(${name}))`),
].join(', ')}`;

/**
 * The same for a run: only tickets, buyers and quantities differ, and they come as one JSON text. To
 * parse 15 values a row took the database as long as to store them.
 */
const WRITE_RUN = `${WRITE_ATTEMPTS}
  SELECT ?, ? + run.place, ?, run.buyer, run.quantity, ${'?, '.repeat(COLUMNS.length - 6)}?
    FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY,
      buyer VARCHAR(64) PATH '$[0]', quantity INT PATH '$[1]')) AS run
  ${OR_CHANGE}`;

async function insertAttempts(trx: Knex.Transaction, changes: readonly Change[]): Promise<void> {
  const rows = changes.map(attemptValues);
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    // A list of lists fills `VALUES ?`; the builder's types know no such binding.
    const part: unknown = rows.slice(from, from + ROWS_PER_INSERT);
    await trx.raw(`${WRITE_ATTEMPTS} VALUES ? ${OR_CHANGE}`, [part as Knex.Value]);
  }
}

async function insertRun(trx: Knex.Transaction, run: readonly Change[]): Promise<void> {
  const first = run[0] as Change;
  const { ticket, tag } = first.record;
  const differing = run.map(({ record }) => [record.buyerId, record.quantity]);
  const values = [first.saleId, ticket - 1, tag, ...becameOf(first), JSON.stringify(differing)];
  await trx.raw(WRITE_RUN, values as Knex.Value[]);
}

/** The same for the rows of a run, which the ledger has. */
const UPDATE_RUN = `UPDATE attempts SET ${[
  ...CHANGING.map((name) => `${name} = ?`),
  ...FIRST.map((name) => `${name} = COALESCE(${name}, ?)`),
].join(', ')} WHERE sale_id = ? AND ticket BETWEEN ? AND ? AND tag = ?`;

/** Whether an attempt follows the one before in the line, and became just what that one became. */
function isNextAlike(before: Change, change: Change): boolean {
  const one = before.record;
  const other = change.record;
  return (
    before.saleId === change.saleId &&
    before.isNew === change.isNew &&
    before.enteredAt === change.enteredAt &&
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

/** The changes in runs that one statement can write. */
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
 * Writes what became of attempts. Of a crowd hundreds enter together, are decided together and become
 * just what those beside them became: each such run is one statement, and a row that the ledger has
 * already, as in a long line, need not be sent again.
 */
export async function writeAttempts(
  trx: Knex.Transaction,
  changes: readonly Change[],
): Promise<void> {
  const rows: Change[] = [];
  for (const run of runsOf(changes)) {
    if (run.length < SHORTEST_RUN) rows.push(...run);
    else if (run[0]?.isNew) await insertRun(trx, run);
    else if (!(await updateRun(trx, run))) rows.push(...run);
  }
  await insertAttempts(trx, rows);
}
