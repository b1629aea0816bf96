import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Database } from '../database.js';

/** Something that an operator changed, recorded with the name of the token that was used. */
export interface OpsAction {
  readonly opsName: string;
  /** `create-product`, `pause-sale` and the like. */
  readonly action: string;
  readonly objectId: string;
  readonly detail: unknown;
}

/** An action as it was recorded. */
export interface RecordedAction extends OpsAction {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly doneAt: number;
}

interface ActionRow {
  id: number;
  done_at: number;
  ops_name: string;
  action: string;
  object_id: string;
  detail: string;
}

/** The trail of who did what. */
export class OpsActionStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async record({ opsName, action, objectId, detail }: OpsAction): Promise<void> {
    await this.#db('ops_actions').insert({
      done_at: this.#clock(),
      ops_name: opsName,
      action,
      object_id: objectId,
      detail: JSON.stringify(detail ?? null),
    });
  }

  /** What was done, newest first, before the action `before`; to one object or to all. */
  async list(
    objectId: string | undefined,
    before: number | null,
    limit: number,
  ): Promise<RecordedAction[]> {
    const query = this.#db<ActionRow>('ops_actions').orderBy('id', 'desc').limit(limit);
    if (objectId !== undefined) query.where({ object_id: objectId });
    if (before !== null) query.where('id', '<', before);
    return (await query).map((row) => ({
      id: row.id,
      doneAt: row.done_at,
      opsName: row.ops_name,
      action: row.action,
      objectId: row.object_id,
      detail: JSON.parse(row.detail),
    }));
  }
}

/** Who asked for what, under which key. */
export interface KeyedRequest {
  /** Caller and route, such as `ops:night-shift POST /api/ops/sales`. */
  readonly scope: string;
  readonly key: string;
  readonly body: unknown;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly objectId: string; readonly fresh: boolean }
  | { readonly kind: 'reused' };

interface Row {
  scope: string;
  request_key: string;
  body_hash: string;
  object_id: string;
  used_at: number;
}

/** JSON with its keys in order, so that the same body in another order is the same body. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(',')}}`;
}

/** Idempotency keys of the routes whose objects MySQL keeps. */
export class IdempotencyStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Ties the key to another object, if it is still tied to `from`; answers what it is tied to. */
  async rebind({ scope, key }: KeyedRequest, from: string, to: string): Promise<string> {
    const where = { scope, request_key: key };
    await this.#db<Row>('idempotency_keys')
      .where({ ...where, object_id: from })
      .update({ object_id: to });
    const row = await this.#db<Row>('idempotency_keys').where(where).first();
    return row?.object_id ?? to;
  }

  /** Forgets keys that were used before `before` (ms), at most `limit`; answers how many. */
  async forget(before: number, limit: number): Promise<number> {
    return this.#db<Row>('idempotency_keys').where('used_at', '<', before).limit(limit).delete();
  }

  /** Whether the key came before. */
  async knows({ scope, key }: Pick<KeyedRequest, 'scope' | 'key'>): Promise<boolean> {
    const row = await this.#db<Row>('idempotency_keys').where({ scope, request_key: key }).first();
    return row !== undefined;
  }

  /**
   * Ties the key to `objectId`, or finds the object that it is tied to. The id is tied before the
   * object is made: a request that died in between is finished by its retry under the same id.
   */
  async claim(request: KeyedRequest, objectId: string): Promise<ClaimResult> {
    const { scope, key } = request;
    const body_hash = createHash('sha256').update(canonical(request.body)).digest('hex');
    // A plain insert that meets the key fails and changes nothing; INSERT IGNORE would also hide
    // values that do not fit.
    const fresh = await this.#db<Row>('idempotency_keys')
      .insert({ scope, request_key: key, body_hash, object_id: objectId, used_at: this.#clock() })
      .then(() => true)
      .catch((error: { code?: string }) => {
        if (error.code === 'ER_DUP_ENTRY') return false;
        throw error;
      });
    if (fresh) return { kind: 'claimed', objectId, fresh };
    const row = await this.#db<Row>('idempotency_keys').where({ scope, request_key: key }).first();
    if (!row || row.body_hash !== body_hash) return { kind: 'reused' };
    return { kind: 'claimed', objectId: row.object_id, fresh };
  }
}
