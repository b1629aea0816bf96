import type { z } from 'zod';
import type { Page } from '../../core/contract.js';
import { invalidRequest, ProblemError } from '../problems.js';

/** Clients get a cursor as one opaque word. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a cursor that a client sent back; `null` when there is none. */
export function decodeCursor<T extends z.ZodType>(
  schema: T,
  cursor: string | undefined,
): z.infer<T> | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const message = 'is no cursor of this list; begin without one';
    throw new ProblemError(invalidRequest([{ path: 'cursor', message }]));
  }
}

/** One page of a list that was read with one item too many, to see whether more follow. */
export function pageOf<T, U>(
  rows: readonly T[],
  limit: number,
  positionOf: (row: T) => unknown,
  viewOf: (row: T) => U,
): Page<U> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(viewOf), nextCursor: more ? encodeCursor(positionOf(last)) : null };
}
