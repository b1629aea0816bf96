import type { System } from '../support/system.js';

/** Everything that one lane's sales consist of, byte by byte. */
export interface Snapshot {
  /** Key → its DUMP; but for the lease, which lives by its time, and BullMQ's own keys. */
  readonly redis: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, unknown>>;
}

const TABLES = ['lanes', 'sales', 'attempts', 'used_keys'];

/** Every key of the test's Redis database with its DUMP and its life in milliseconds (0: endless). */
export async function dumpAll(system: System): Promise<Map<string, { dump: Buffer; ttl: number }>> {
  const all = new Map<string, { dump: Buffer; ttl: number }>();
  for (const key of await system.redis.keys('*')) {
    const dump = await system.redis.dumpBuffer(key);
    if (dump) all.set(key, { dump, ttl: Math.max(0, await system.redis.pttl(key)) });
  }
  return all;
}

export async function readSnapshot(system: System, lane: number): Promise<Snapshot> {
  const prefix = `dropgate:2:{lane-${lane}}:`;
  const keys = [...(await dumpAll(system))].filter(
    ([key]) => key.startsWith(prefix) && !/:(lease|bull:.*)$/.test(key),
  );
  const tables = await Promise.all(TABLES.map((name) => system.db(name).orderBy(1)));
  return {
    redis: Object.fromEntries(keys.map(([key, { dump }]) => [key, dump.toString('hex')])),
    tables: Object.fromEntries(TABLES.map((name, i) => [name, tables[i]])),
  };
}
