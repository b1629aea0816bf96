import { Gauge, type Registry } from 'prom-client';
import type { LaneState } from '../../core/contract.js';
import type { LaneRow } from '../../core/stores/lanes.js';
import { LedgerWatch, soon } from './ledger-watch.js';

/** A lane as this gateway knows it. */
export interface LaneNow {
  readonly lane: number;
  readonly state: LaneState;
  readonly clockStopped: boolean;
  readonly owned: boolean;
  readonly feedNumber: number;
}

export interface LaneSources {
  readonly lanes: () => readonly LaneNow[];
  /** What MySQL knows of the lanes. */
  readonly ledger: () => Promise<readonly LaneRow[]>;
  /** Whether Redis answers. */
  readonly redis: () => Promise<unknown>;
}

/**
 * The lanes, their feed and the ledger. Workers have no HTTP of their own: what they do shows here,
 * in the lease, in the feed and in how far the ledger is.
 */
export function measureLanes(sources: LaneSources, registers: Registry[]): void {
  const gauge = (name: string, help: string, figureOf: (lane: LaneNow) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['lane'],
      registers,
      collect() {
        for (const lane of sources.lanes()) this.set({ lane: lane.lane }, figureOf(lane));
      },
    });
  gauge(
    'dropgate_lane_open',
    '1 while this gateway may take attempts for the lane.',
    ({ state }) => (state === 'open' ? 1 : 0),
  );
  gauge(
    'dropgate_lane_recovering',
    '1 while the data of the lane is being rebuilt.',
    ({ state }) => (state === 'recovering' ? 1 : 0),
  );
  gauge(
    'dropgate_lane_clock_stopped',
    '1 while the time of Redis is in doubt: nothing opens, closes or expires in the lane.',
    ({ clockStopped }) => (clockStopped ? 1 : 0),
  );
  gauge(
    'dropgate_lane_owned',
    '1 while a worker holds the lease of the lane, as last seen by this gateway.',
    ({ owned }) => (owned ? 1 : 0),
  );
  gauge(
    'dropgate_feed_number',
    'The newest feed entry of the lane that this gateway has seen.',
    ({ feedNumber }) => feedNumber,
  );
  measureLedger(sources, registers);
}

function measureLedger(sources: LaneSources, registers: Registry[]): void {
  const watch = new LedgerWatch(sources.ledger);
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    set: (to: Gauge) => Promise<void>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        return set(this);
      },
    });
  gauge(
    'dropgate_server_up',
    '1 when the server has answered this gateway within a second, just now.',
    ['server'],
    async (to) => {
      to.set({ server: 'redis' }, (await soon(sources.redis())) === null ? 0 : 1);
      to.set({ server: 'mysql' }, (await watch.look()).up ? 1 : 0);
    },
  );
  gauge(
    'dropgate_lane_fencing_token',
    'The fencing token of the lane: it rises when a worker takes the lane over.',
    ['lane'],
    async (to) => {
      for (const row of (await watch.look()).rows) to.set({ lane: row.lane }, row.fencingToken);
    },
  );
  gauge(
    'dropgate_ledger_number',
    'The newest feed entry of the lane that the ledger has.',
    ['lane'],
    async (to) => {
      for (const row of (await watch.look()).rows) to.set({ lane: row.lane }, row.ledgerNumber);
    },
  );
  gauge(
    'dropgate_ledger_lag_entries',
    'Feed entries of the lane that the ledger does not have yet.',
    ['lane'],
    async (to) => {
      const { rows } = await watch.look();
      const feed = new Map(sources.lanes().map(({ lane, feedNumber }) => [lane, feedNumber]));
      for (const { lane, ledgerNumber } of rows) {
        to.set({ lane }, Math.max(0, (feed.get(lane) ?? 0) - ledgerNumber));
      }
    },
  );
}
