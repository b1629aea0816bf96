import { parseRecord } from '../../core/domain/attempt.js';
import { saleKeys } from '../../core/keys.js';
import type { RedisClient } from '../../core/redis.js';
import { readSale } from '../../lua/read-sale.js';
import type { LaneView } from '../../lua/script.js';
import { firstDeadlines, storedRecords } from '../support/stored-pages.js';
import { unbound } from './owning.js';
import { countsOf, inState, type Sale } from './state.js';

/** A sale in the shape in which Redis keeps it, to be compared key by key. */
export function recordsOf(sale: Sale) {
  const standby = inState(sale, 'standby');
  const bySize = [...standby].sort((a, b) => a.quantity - b.quantity || a.ticket - b.ticket);
  const gone = inState(sale, 'released').filter(({ ticket }) => ticket >= sale.serving);
  return {
    config: sale.config,
    pausedFor: sale.pausedFor,
    closed: sale.closed,
    archived: false,
    counts: countsOf(sale),
    attempts: Object.fromEntries(sale.attempts.map((attempt) => [attempt.ticket, attempt])),
    buyers: buyersOf(sale),
    requests: requestsOf(sale),
    holds: firstDeadlines(unbound(sale)),
    left: gone.map(({ ticket }) => ticket),
    standby: bySize.map(({ ticket }) => ticket),
    standbyLine: standby.map(({ ticket }) => ticket),
    references: Object.fromEntries(sale.references),
  };
}

/** Confirmed units, expired holds, keys used, tickets: as fragments/buyer.lua writes them. */
function buyersOf({ attempts, keys }: Sale): Record<string, string> {
  const names = new Set(attempts.map(({ buyerId }) => buyerId));
  const lines = [...names].map((name) => {
    const mine = attempts.filter(({ buyerId }) => buyerId === name);
    const confirmed = mine
      .filter(({ state }) => state === 'confirmed')
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const expired = mine.filter(({ state }) => state === 'expired').length;
    const used = keys.filter(({ buyerId }) => buyerId === name).length;
    const tickets = mine.map(({ ticket }) => ticket).join(',');
    return [name, [confirmed, expired, used, tickets].join('|')];
  });
  return Object.fromEntries(lines);
}

function requestsOf({ keys, restocks }: Sale): Record<string, string> {
  const used = keys.map(({ buyerId, key, ticket, quantity, status }) => {
    return [`${buyerId}:${key}`, `${ticket}|${quantity}|${status}`];
  });
  const restocked = [...restocks].map(([scope, quantity]) => [scope, String(quantity)]);
  return Object.fromEntries([...used, ...restocked]);
}

/** The same, as Redis has it. */
export async function readRecords(redis: RedisClient, view: LaneView, saleId: string) {
  const keys = saleKeys(view.lane, saleId);
  const sale = await readSale(redis, view, saleId);
  if (sale.kind !== 'ok') throw new Error(sale.kind);
  const { config, pausedFor, closed, archived, counts } = sale.sale;
  const attempts = [...(await storedRecords(redis, keys.attempts))];
  const holds = await redis.zrange(keys.holds, '0', '-1', 'WITHSCORES');
  const orders = Object.entries(await redis.hgetall(keys.orders));
  const tickets = async (key: string) => (await redis.zrange(key, '0', '-1')).map(Number);
  return {
    ...{ config, pausedFor, closed, archived, counts },
    attempts: Object.fromEntries(attempts.map(([at, text]) => [at, parseRecord(at, text)])),
    buyers: await redis.hgetall(keys.buyers),
    requests: await redis.hgetall(keys.requests),
    holds: Object.fromEntries(
      holds.flatMap((at, i) => (i % 2 === 0 ? [[at, Number(holds[i + 1])]] : [])),
    ),
    left: await tickets(keys.left),
    standby: await tickets(keys.standby),
    standbyLine: await tickets(keys.standbyLine),
    references: Object.fromEntries(
      orders.map(([at, json]) => [at, JSON.parse(json).paymentReference]),
    ),
  };
}
