import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { HmacSha256 } from '../../api/hmac-sha256.js';

const LONGEST = 300;

describe('HMAC-SHA-256 by two calls', () => {
  function library(secret: Buffer, text: string): string {
    return createHmac('sha256', secret).update(text).digest('base64url');
  }

  it('is what node:crypto makes of it, for keys and texts of every length', () => {
    for (let bytes = 0; bytes <= 130; bytes += 1) {
      const secret = Buffer.alloc(bytes, 'kéy');
      const hmac = new HmacSha256(secret, LONGEST);
      // The longest first: nothing of it may stay for the next.
      for (const length of [LONGEST, 119, 64, 56, 55, 1, 0]) {
        const text = 'aé漢🎟'.repeat(LONGEST).slice(0, length);
        expect(hmac.of(text), `${bytes} ${length}`).to.equal(library(secret, text));
      }
    }
  });

  it('signs no part of a text that is too long', () => {
    const hmac = new HmacSha256(Buffer.from('key'), LONGEST);
    expect(() => hmac.of('漢'.repeat(LONGEST + 1))).to.throw(RangeError);
    expect(hmac.of('漢'.repeat(LONGEST))).to.equal(
      library(Buffer.from('key'), '漢'.repeat(LONGEST)),
    );
  });

  it('takes no character for another with the same last byte', () => {
    const hmac = new HmacSha256(Buffer.from('key'), LONGEST);
    expect(hmac.of('\u0141')).not.to.equal(hmac.of('A'));
  });
});
