/** How long idempotency keys are remembered at least: twice what the contract promises. */
export const KEYS_KEPT_MS = 48 * 3_600_000;

/** How long samples are kept: operators are shown the last hour of them. */
export const SAMPLES_KEPT_MS = 2 * 3_600_000;
