import { waitingRoom } from './keys.js';

/** Tickets `from`–`to` of one sale: what one batch brought. Only a hint: the line is the truth. */
export interface TicketRange {
  readonly saleId: string;
  readonly from: number;
  readonly to: number;
}

/** The job that one batch leaves in its lane's waiting room. */
export interface BatchJob {
  readonly ranges: readonly TicketRange[];
}

/** What an operator reads in the queue dashboard, such as `s0-k3f9x2m1q8 tickets 1–57`. */
export function jobName(job: BatchJob): string {
  const tickets = (from: number, to: number) =>
    from === to ? `ticket ${from}` : `tickets ${from}–${to}`;
  return job.ranges.map(({ saleId, from, to }) => `${saleId} ${tickets(from, to)}`).join(', ');
}

/**
 * How BullMQ is told to keep a lane's waiting room: in the lane's cluster slot, with few finished
 * jobs and few events, since nothing is read from them but by the dashboard.
 */
export function waitingRoomOptions(lane: number) {
  const { prefix, name } = waitingRoom(lane);
  return {
    name,
    options: { prefix, streams: { events: { maxLen: 100 } } },
    kept: { removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  };
}
