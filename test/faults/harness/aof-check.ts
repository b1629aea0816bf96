import { laneKeys, saleKeys } from '../../../core/keys.js';
import type { RedisClient } from '../../../core/redis.js';
import { storedRecords } from '../../support/stored-pages.js';
import { replay } from '../checker/replay.js';
import { parseRawEntry, type RawEntry } from '../feed-recorder.js';

const COUNTS = ['total', 'available', 'held', 'sold', 'entered', 'serving', 'waiting', 'standby'];

/**
 * What is wrong with one lane's sale in a Redis that loaded a cut file: its feed has to be the
 * beginning of the one that was recorded, without a gap, and to come to exactly what is stored.
 */
export async function mistakesIn(
  redis: RedisClient,
  lane: number,
  saleId: string,
  recorded: readonly RawEntry[],
): Promise<string[]> {
  const of = laneKeys(lane);
  const keys = saleKeys(lane, saleId);
  const [incarnation, feedNumber] = await redis.hmget(of.lane, 'incarnation', 'feed');
  const number = Number(feedNumber);
  const reply = await redis.xrange(of.feed, '-', '+');
  const feed = reply.map(([id, fields]) => parseRawEntry(id, fields, incarnation ?? ''));
  const stored = await redis.hgetall(keys.sale);
  const attempts = Object.fromEntries(await storedRecords(redis, keys.attempts));
  const last = feed.at(-1)?.number ?? 0;
  const known = new Map(recorded.map((entry) => [entry.number, entry]));
  const differs = feed.find((entry) => {
    const was = known.get(entry.number);
    return was !== undefined && JSON.stringify(was) !== JSON.stringify(entry);
  });
  const played = replay(feed.slice(feed.findIndex((entry) => entry.saleId === saleId)));
  const folded = Object.fromEntries(played.attempts.get(saleId) ?? []);
  const counts = COUNTS.map((name) => Number(stored[name])).join(',');
  return [
    ...(last === number ? [] : [`the feed ends at ${last}, the lane says ${number}`]),
    ...(differs ? [`entry ${differs.number} is not the one that was recorded`] : []),
    ...[...played.gaps, ...played.fellBack, ...played.unbalanced, ...played.decidedTwice],
    ...(counts === played.counts.get(saleId)?.join(',') ? [] : ['counts are not the feed’s']),
    ...(sorted(attempts) === sorted(folded) ? [] : ['attempts are not the feed’s']),
  ];
}

function sorted(attempts: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(attempts).sort(([a], [b]) => Number(a) - Number(b)));
}
