/** What buyers note down for themselves. Nothing in here was asked of the system afterwards. */

/** An attempt as a buyer was told of it. */
export interface Told {
  readonly id: string;
  readonly ticket: number;
  readonly quantity: number;
  readonly state: string;
  readonly version: number;
  readonly orderId?: string | null;
  readonly holdExpiresAt?: string | null;
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

/** What a buyer did with an attempt. */
export interface Act extends Exchange {
  readonly kind: 'confirm' | 'release';
  readonly attemptId: string;
  /** Of the payment; '' for a release. */
  readonly reference: string;
}

export interface Diary {
  /** In the order in which they were answered. */
  readonly presses: Press[];
  /** Later looks at an attempt, by `GET`. */
  readonly looks: Exchange[];
  readonly acts: Act[];
}

/** An exchange that told something of an attempt. */
export type Sighting = Exchange & { readonly told: Told };

/** Whether a press was answered for good: in line, or refused for a reason that stays. */
export function isDefinite({ status }: Exchange): boolean {
  return status !== null && status < 500 && status !== 429;
}

function told<E extends Exchange>(exchanges: readonly E[]): (E & { readonly told: Told })[] {
  return exchanges.filter((one): one is E & { readonly told: Told } => one.told !== null);
}

/** Everything that buyers were told of attempts, in no order. */
export function sightings({ presses, looks, acts }: Diary): Sighting[] {
  return [...told<Exchange>(presses), ...told(looks), ...told<Exchange>(acts)];
}
