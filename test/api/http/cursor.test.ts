import { expect } from 'chai';
import { z } from 'zod';
import { decodeCursor, encodeCursor, pageOf } from '../../../api/http/cursor.js';
import { ProblemError } from '../../../api/problems.js';

const position = z.object({ at: z.int(), id: z.string() });

describe('A cursor', () => {
  it('is one word of a URL and brings back what it was made of', () => {
    for (const id of ['', 'a', '한글', '"\\/?&=+', '\0']) {
      const cursor = encodeCursor({ at: 7, id });
      expect(cursor).to.match(/^[A-Za-z0-9_-]+$/);
      expect(decodeCursor(position, cursor)).to.deep.equal({ at: 7, id });
    }
    expect(decodeCursor(position, undefined)).to.equal(null);
  });

  it('of another list, or made up, is refused by its path', () => {
    for (const cursor of ['', '!', 'e30', encodeCursor(null), encodeCursor({ at: 1.5, id: 'a' })]) {
      try {
        decodeCursor(position, cursor);
      } catch (error) {
        expect(error).to.be.instanceOf(ProblemError);
        expect((error as ProblemError).problem).to.have.nested.property('errors[0].path', 'cursor');
        continue;
      }
      throw new Error(`accepted ${cursor}`);
    }
  });

  it('is there exactly when there is more', () => {
    const page = (rows: number[]) => pageOf(rows, 2, (row) => row, String);
    expect(page([])).to.deep.equal({ items: [], nextCursor: null });
    expect(page([1, 2])).to.deep.equal({ items: ['1', '2'], nextCursor: null });
    expect(page([1, 2, 3])).to.deep.equal({ items: ['1', '2'], nextCursor: encodeCursor(2) });
  });
});
