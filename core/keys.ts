/**
 * Every Redis key of Dropgate. All keys of a lane carry its hash tag, so that a lane is one
 * slot of a Redis Cluster; `2` is the version of their schema.
 */
const SCHEMA = 'dropgate:2';

/** The hash tag that puts all of a lane's keys into one cluster slot. */
export function laneTag(lane: number): string {
  return `{lane-${lane}}`;
}

function laneKey(lane: number, name: string): string {
  return `${SCHEMA}:${laneTag(lane)}:${name}`;
}

export interface LaneKeys {
  /**
   * Hash: incarnation, feed number, fencing token, clock, ledger number, run id of the Redis that
   * was last held against MySQL; `lost` when it was longer once; `clockStopped` while time is in
   * doubt.
   */
  readonly lane: string;
  /** Stream: the lane's feed; an entry's id is `<feed number>-0`. */
  readonly feed: string;
  /** String: the owner's worker id, for as long as its lease lasts. */
  readonly lease: string;
  /** Set: sales whose line is not empty. */
  readonly lines: string;
  /** Sorted set: sale id by the time (ms) at which a hold ends, or it opens or closes. */
  readonly due: string;
  /** Hash: the incarnation that is being built from the ledger; sale id → last ticket written. */
  readonly rebuild: string;
}

export function laneKeys(lane: number): LaneKeys {
  return {
    lane: laneKey(lane, 'lane'),
    feed: laneKey(lane, 'feed'),
    lease: laneKey(lane, 'lease'),
    lines: laneKey(lane, 'lines'),
    due: laneKey(lane, 'due'),
    rebuild: laneKey(lane, 'rebuild'),
  };
}

/**
 * Hash: the last answer to one gateway's batches, so that a resent batch counts once. Of one life:
 * an older copy of Redis's data must not answer for tickets that it no longer has.
 */
export function batchAnswerKey(lane: number, incarnation: string, gatewayId: string): string {
  return laneKey(lane, `batch-answer:${incarnation}:${gatewayId}`);
}

export interface SaleKeys {
  /** Hash: configuration, switches and counts. */
  readonly sale: string;
  /** Hash: page → attempt records of 16 tickets, a line each, as lua/fragments/page.lua has them. */
  readonly attempts: string;
  /** Hash: buyer → what counts against the buyer, and the buyer's tickets. */
  readonly buyers: string;
  /** Hash: idempotency key → what it was answered with. */
  readonly requests: string;
  /** Sorted set: page of attempts by the first deadline (ms) of its holds that no order has bound. */
  readonly holds: string;
  /** Sorted set: tickets that left the line and that decide has not passed yet. */
  readonly left: string;
  /** Sorted set: standby ticket by quantity and then ticket. */
  readonly standby: string;
  /** Sorted set: standby ticket by ticket. */
  readonly standbyLine: string;
  /** Hash: confirmed ticket → its order, as JSON. */
  readonly orders: string;
}

export function saleKeys(lane: number, saleId: string): SaleKeys {
  return {
    sale: laneKey(lane, `sale:${saleId}`),
    attempts: laneKey(lane, `attempts:${saleId}`),
    buyers: laneKey(lane, `buyers:${saleId}`),
    requests: laneKey(lane, `requests:${saleId}`),
    holds: laneKey(lane, `holds:${saleId}`),
    left: laneKey(lane, `left:${saleId}`),
    standby: laneKey(lane, `standby:${saleId}`),
    standbyLine: laneKey(lane, `standby-line:${saleId}`),
    orders: laneKey(lane, `orders:${saleId}`),
  };
}

/** Sorted set: running workers by the time (ms) of their last sign of life. */
export const ROSTER_KEY = `${SCHEMA}:roster`;

/** Stream: changed products, for the gateways' `stock` events. */
export const CATALOG_KEY = `${SCHEMA}:catalog`;

/** BullMQ's place for a lane's waiting room: prefix with the lane's hash tag, and a name. */
export function waitingRoom(lane: number): { prefix: string; name: string } {
  return { prefix: `${SCHEMA}:${laneTag(lane)}:bull`, name: `waiting-room-${lane}` };
}

/** String: an ops session that was logged out, until it would have expired. */
export function opsLogoutKey(sessionId: string): string {
  return `${SCHEMA}:ops-logout:${sessionId}`;
}
