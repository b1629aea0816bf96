import type { SaleRecord } from '../core/domain/sale.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, type Reply, Script } from './script.js';

export type ReadSaleResult =
  | Behind
  | { readonly kind: 'sale-not-found'; readonly feedNumber: number }
  | {
      readonly kind: 'ok';
      readonly feedNumber: number;
      /** Redis time of the reading, in milliseconds. */
      readonly now: number;
      readonly sale: SaleRecord;
    };

const script = new Script('read-sale');

function readRecord(id: string, reply: Reply): SaleRecord {
  const field = new Map<string, string>();
  for (let i = 3; i + 1 < reply.length; i += 2) field.set(String(reply[i]), String(reply[i + 1]));
  const text = (name: string) => field.get(name) ?? '';
  const number = (name: string) => Number(text(name));
  const optional = (name: string) => (text(name) === '' ? null : number(name));
  return {
    id,
    config: {
      productId: text('productId'),
      title: text('title'),
      perBuyerLimit: number('perBuyerLimit'),
      holdSeconds: number('holdSeconds'),
      standbyLimit: number('standbyLimit'),
      opensAt: optional('opensAt'),
      closesAt: optional('closesAt'),
      version: number('version'),
      createdAt: number('createdAt'),
    },
    pausedFor: text('pausedFor') || null,
    closed: text('closed') === '1',
    archived: text('archived') === '1',
    counts: {
      total: number('total'),
      available: number('available'),
      held: number('held'),
      sold: number('sold'),
      entered: number('entered'),
      serving: number('serving'),
      waiting: number('waiting'),
      standby: number('standby'),
    },
  };
}

/** Reads a sale as Redis has it now. */
export async function readSale(
  redis: RedisClient,
  view: LaneView,
  saleId: string,
): Promise<ReadSaleResult> {
  const keys = [laneKeys(view.lane).lane, saleKeys(view.lane, saleId).sale];
  const reply = await script.run(redis, keys, [view.incarnation, view.seen]);
  const feedNumber = Number(reply[1]);
  if (reply[0] === 'behind') return BEHIND;
  if (reply[0] === 'sale-not-found') return { kind: 'sale-not-found', feedNumber };
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  return { kind: 'ok', feedNumber, now: Number(reply[2]), sale: readRecord(saleId, reply) };
}
