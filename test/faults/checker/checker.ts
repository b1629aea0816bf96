import type { Diary } from '../diary.js';
import type { RawEntry } from '../feed-recorder.js';
import type { Stored } from '../stored.js';
import { disagreements, oversold, ticketGaps } from './agreement.js';
import { overLimit } from './limits.js';
import { orderFaults } from './orders.js';
import {
  acknowledged,
  doubled,
  inversions,
  lost,
  takenBack,
  unanswered,
  untold,
} from './promises.js';
import { replay } from './replay.js';
import { survivorsOf } from './survivors.js';
import { sortTold } from './told.js';

/** What is known of a sale from outside: its buyers' diaries, its feed, and what is stored. */
export interface Evidence {
  readonly saleId: string;
  /** Units at the end, restocks included. */
  readonly stock: number;
  readonly perBuyerLimit?: number;
  readonly diary: Diary;
  /** The feed of the sale's lane, at least from the sale's first entry on, void entries included. */
  readonly feed: readonly RawEntry[];
  /** Both sides, once the feed is drained. */
  readonly stored: Stored;
}

/** Every broken promise, by kind; all empty is how it has to be. */
export type Findings = Readonly<Record<string, readonly string[]>>;

export interface Verdict {
  readonly presses: number;
  readonly acknowledged: number;
  readonly decided: number;
  /** Units that are promised beyond the stock. */
  readonly oversold: number;
  /** How often the lane lost data and was given a new life. */
  readonly losses: number;
  /** Entries that did not survive that, and entries that were gone before they could be read. */
  readonly void: number;
  readonly unseen: number;
  readonly findings: Findings;
}

/** Holds the evidence against the invariants of design.md. Pure: asks nobody anything. */
export function judge(evidence: Evidence): Verdict {
  const { saleId, stock, diary, stored } = evidence;
  // Older entries are those of other sales in the lane, and the first of them may be trimmed.
  const feed = evidence.feed.slice(evidence.feed.findIndex((entry) => entry.saleId === saleId));
  const { incarnation, redisNumber: number, rows } = stored;
  const survived = survivorsOf(feed, { incarnation, number });
  const played = replay(survived.alive);
  const told = sortTold(diary, played, rows, survived.losses);
  const known = acknowledged(diary);
  const over = oversold(stored, stock);
  return {
    presses: diary.presses.length,
    acknowledged: known.size,
    decided: rows.filter(({ id, state }) => known.has(id) && state !== 'waiting').length,
    oversold: over,
    losses: survived.losses,
    void: survived.void.length,
    unseen: played.unseen,
    findings: {
      // One word for each attempt: what is void is often not in the ledger either.
      lost: [...new Map([...lost(told.diary, rows), ...told.void]).values()],
      'told what is not so': told.untrue,
      'decided twice': played.decidedTwice,
      'taken back': takenBack(told.diary),
      oversold: over > 0 ? [`${over} units`] : [],
      'order inversions': inversions(told.diary),
      'decided out of order': played.outOfOrder,
      'passed over in standby': played.passedOver,
      'ticket gaps': ticketGaps(stored),
      doubled: [...doubled(told.diary, rows), ...played.twoLive],
      'over the limit': overLimit(rows, evidence.perBuyerLimit),
      'holds ended twice': played.holdsEndedTwice,
      'deadlines not kept': played.deadlines,
      'orders and confirmations differ': orderFaults(stored, told.diary.acts),
      'in line without being told': untold(diary, rows),
      'without an answer': unanswered(diary),
      'unbalanced feed entries': played.unbalanced,
      'feed gaps': [...played.gaps, ...survived.repeated],
      'fencing token or time fell': played.fellBack,
      'feed, Redis and ledger differ': disagreements(stored, played, saleId),
    },
  };
}

/** The findings that are not empty, with a few examples each: `{}` is how it has to be. */
export function broken({ findings }: Verdict): Record<string, { count: number; some: string[] }> {
  return Object.fromEntries(
    Object.entries(findings)
      .filter(([, list]) => list.length > 0)
      .map(([kind, list]) => [kind, { count: list.length, some: list.slice(0, 3) }]),
  );
}
