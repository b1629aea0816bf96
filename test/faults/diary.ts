/** What buyers note down for themselves. Nothing in here was asked of the system afterwards. */

/** An attempt as a buyer was told of it. */
export interface Told {
  readonly id: string;
  readonly ticket: number;
  readonly quantity: number;
  readonly state: string;
  readonly version: number;
}

/** One request of a buyer; times are milliseconds of the buyers' own clock. */
export interface Exchange {
  readonly buyer: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** `null` when the connection broke before an answer came. */
  readonly status: number | null;
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly told: Told | null;
}

/** A press of Buy. A repeated press of the same wish has the same key. */
export interface Press extends Exchange {
  readonly key: string;
}

export interface Diary {
  /** In the order in which they were answered. */
  readonly presses: Press[];
  /** Later looks at an attempt, by `GET`. */
  readonly looks: Exchange[];
}

/** Whether a press was answered for good: in line, or refused for a reason that stays. */
export function isDefinite({ status }: Exchange): boolean {
  return status !== null && status < 500 && status !== 429;
}
