import type { Diary } from '../diary.js';
import type { RawEntry } from '../feed-recorder.js';
import type { Stored } from '../stored.js';
import { disagreements, oversold, ticketGaps } from './agreement.js';
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

/** What is known of a sale from outside: its buyers' diaries, its feed, and what is stored. */
export interface Evidence {
  readonly saleId: string;
  readonly stock: number;
  readonly diary: Diary;
  /** The feed of the sale's lane, at least from the sale's first entry on. */
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
  readonly findings: Findings;
}

/** Holds the evidence against the invariants of design.md. Pure: asks nobody anything. */
export function judge({ saleId, stock, diary, feed, stored }: Evidence): Verdict {
  // Older entries are those of other sales in the lane, and the first of them may be trimmed.
  const played = replay(feed.slice(feed.findIndex((entry) => entry.saleId === saleId)));
  const known = acknowledged(diary);
  const { rows } = stored;
  const over = oversold(stored, stock);
  return {
    presses: diary.presses.length,
    acknowledged: known.size,
    decided: rows.filter(({ id, state }) => known.has(id) && state !== 'waiting').length,
    findings: {
      lost: lost(diary, rows),
      'decided twice': played.decidedTwice,
      'taken back': takenBack(diary),
      oversold: over > 0 ? [`${over} units`] : [],
      'order inversions': inversions(diary),
      'decided out of order': played.outOfOrder,
      'ticket gaps': ticketGaps(stored),
      doubled: doubled(diary, rows),
      'in line without being told': untold(diary, rows),
      'without an answer': unanswered(diary),
      'unbalanced feed entries': played.unbalanced,
      'feed gaps': played.gaps,
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
