import type { Lane } from '../../core/contract.js';
import { laneOfSale } from '../../core/domain/ids.js';
import type { RedisClient } from '../../core/redis.js';
import type { LaneRow } from '../../core/stores/lanes.js';
import { readLane } from '../../lua/read-lane.js';
import type { Lanes } from '../lanes.js';
import type { SaleBook } from '../results/sale-book.js';

export interface LaneSources {
  readonly redis: RedisClient;
  readonly lanes: Lanes;
  readonly book: SaleBook;
}

/** A lane as operators see it: what Redis says while it is open, else what MySQL knows. */
export async function laneView({ redis, lanes, book }: LaneSources, row: LaneRow): Promise<Lane> {
  const view = lanes.view(row.lane);
  const read = view ? await readLane(redis, view).catch(() => null) : null;
  const live = read?.kind === 'ok' ? read : null;
  if (view && read?.kind === 'behind') lanes.closeFor(view, 'behind');
  const feedNumber = live?.feedNumber ?? row.ledgerNumber;
  return {
    lane: row.lane,
    state: lanes.state(row.lane),
    owner: live ? live.owner : row.owner,
    fencingToken: row.fencingToken,
    incarnation: row.incarnation,
    waiting: book.waitingIn(book.ids.filter((id) => laneOfSale(id) === row.lane)),
    feedNumber,
    ledgerNumber: row.ledgerNumber,
    lag: Math.max(0, feedNumber - row.ledgerNumber),
    clock: live?.clockStopped ? 'stopped' : 'running',
  };
}
