import type { Clock } from '../core/clock.js';
import type { GatewayConfig } from '../core/config.js';
import type { Database } from '../core/database.js';
import type { Log } from '../core/log.js';
import type { RedisClient } from '../core/redis.js';
import type { AttemptStore } from '../core/stores/attempts.js';
import type { CartStore } from '../core/stores/carts.js';
import type { LaneStore } from '../core/stores/lanes.js';
import type { IdempotencyStore, OpsActionStore } from '../core/stores/ops.js';
import type { OrderStore } from '../core/stores/orders.js';
import type { ProductStore } from '../core/stores/products.js';
import type { SaleStore } from '../core/stores/sales.js';
import type { AttemptDoor } from './admission/attempt-door.js';
import type { Attempts } from './admission/attempts.js';
import type { LaneIntake } from './admission/intake.js';
import type { Identity } from './identity.js';
import type { Lanes } from './lanes.js';
import type { Limits } from './limits.js';
import type { Metrics } from './metrics.js';
import type { OpsSessions } from './ops-sessions.js';
import type { Carts } from './orders/carts.js';
import type { Confirmations } from './orders/confirmations.js';
import type { OrderDesk } from './orders/order-desk.js';
import type { Catalog } from './results/catalog.js';
import type { SaleBook } from './results/sale-book.js';
import type { Sales } from './sales.js';

/** What the doors work with; `main.ts` makes each of them once. */
export interface Services {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly redis: RedisClient;
  readonly db: Database;
  readonly identity: Identity;
  readonly opsSessions: OpsSessions;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly lanes: Lanes;
  readonly intakes: ReadonlyMap<number, LaneIntake>;
  readonly door: AttemptDoor;
  readonly attempts: Attempts;
  readonly sales: Sales;
  readonly book: SaleBook;
  readonly catalog: Catalog;
  readonly confirmations: Confirmations;
  readonly carts: Carts;
  readonly orderDesk: OrderDesk;
  readonly stores: {
    readonly lanes: LaneStore;
    readonly products: ProductStore;
    readonly sales: SaleStore;
    readonly attempts: AttemptStore;
    readonly carts: CartStore;
    readonly orders: OrderStore;
    readonly opsActions: OpsActionStore;
    readonly idempotency: IdempotencyStore;
  };
}
