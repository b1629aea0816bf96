import { Counter, type Registry } from 'prom-client';
import { ATTEMPT_STATES } from '../../core/domain/attempt.js';
import { laneOfSale } from '../../core/domain/ids.js';
import type { FeedEntry } from '../../core/feed.js';

/** An attempt is made with version 1; its first change is the decision. */
const DECIDED = '2';

const OUTCOMES = ['held', 'standby', 'sold-out', 'rejected'] as const;

/** Kinds of entries that decide who waits in line. */
const DECIDING: ReadonlySet<string> = new Set(['decided', 'closed']);

/** Kinds of entries in which a held attempt may only have been tied to an order: no change. */
const BINDING: ReadonlySet<string> = new Set(['bound', 'unbound']);

/**
 * What becomes of attempts, from the feed. Every gateway follows every feed: each of them counts
 * all, so these figures must not be added up over gateways.
 */
export class DecisionMetrics {
  readonly #decisions: Counter<'lane' | 'outcome'>;
  readonly #changes: Counter<'lane' | 'state'>;

  constructor(registers: Registry[]) {
    this.#decisions = new Counter({
      name: 'dropgate_decisions_total',
      help: 'Attempts that were decided, by lane and outcome; seen by every gateway.',
      labelNames: ['lane', 'outcome'],
      registers,
    });
    this.#changes = new Counter({
      name: 'dropgate_attempt_changes_total',
      help: 'Attempts that came into a state, by lane; seen by every gateway.',
      labelNames: ['lane', 'state'],
      registers,
    });
  }

  /** Shows a lane's figures from nothing on: a rate cannot be told of what was never 0. */
  begin(lane: number): void {
    for (const outcome of OUTCOMES) this.#decisions.inc({ lane, outcome }, 0);
    for (const state of ATTEMPT_STATES) this.#changes.inc({ lane, state }, 0);
  }

  /** Counts by attempt in a plain map, by entry in the metrics: an entry has up to 500 attempts. */
  onEntry(entry: FeedEntry): void {
    const lane = laneOfSale(entry.saleId) ?? '';
    const deciding = DECIDING.has(entry.kind);
    const binding = BINDING.has(entry.kind);
    const changes = new Map<string, number>();
    const decisions = new Map<string, number>();
    entry.eachState((state, version) => {
      if (binding && state === 'held') return;
      changes.set(state, (changes.get(state) ?? 0) + 1);
      if (deciding && version === DECIDED) decisions.set(state, (decisions.get(state) ?? 0) + 1);
    });
    for (const [state, count] of changes) this.#changes.inc({ lane, state }, count);
    for (const [outcome, count] of decisions) this.#decisions.inc({ lane, outcome }, count);
  }
}
