import { expect } from 'chai';
import {
  attemptIdOf,
  isBuyerId,
  isProductId,
  laneOfSale,
  parseAttemptId,
  REQUEST_KEY,
  saleIdOf,
  tagOf,
} from '../../../core/domain/ids.js';

describe('An id', () => {
  it('of a sale names its lane, and nothing else passes for one', () => {
    for (const lane of [0, 1, 9, 10, 99, 999]) {
      expect(laneOfSale(saleIdOf(lane, 'k3f9x2m1q8'))).to.equal(lane);
    }
    const others = [
      '',
      's',
      's-k3f9x2m1q8',
      's00-k3f9x2m1q8',
      's01-k3f9x2m1q8',
      's1000-k3f9x2m1q8',
      's-1-k3f9x2m1q8',
      's1e1-k3f9x2m1q8',
      's0-k3f9x2m1q',
      's0-k3f9x2m1q88',
      's0-K3F9X2M1Q8',
      's0-k3f9x2m1q8\n',
      '\ns0-k3f9x2m1q8',
      's0-k3f9x2m1q8 ',
      's٠-k3f9x2m1q8',
      'a0-k3f9x2m1q8',
      'S0-k3f9x2m1q8',
    ];
    for (const text of others) expect(laneOfSale(text), JSON.stringify(text)).to.equal(null);
  });

  it('of an attempt has one spelling and comes apart into what it was made of', () => {
    for (const lane of [0, 7, 999]) {
      for (const ticket of [1, 10, 9_999_999_999]) {
        const saleId = saleIdOf(lane, 'k3f9x2m1q8');
        const id = attemptIdOf(saleId, ticket, 'abc123');
        expect(parseAttemptId(id)).to.deep.equal({ lane, saleId, ticket, tag: 'abc123' });
      }
    }
    const others = [
      '',
      'a0-k3f9x2m1q8-0-abc123',
      'a0-k3f9x2m1q8-01-abc123',
      'a0-k3f9x2m1q8--1-abc123',
      'a0-k3f9x2m1q8-1e3-abc123',
      'a0-k3f9x2m1q8-10000000000-abc123',
      'a0-k3f9x2m1q8-1-abc12',
      'a0-k3f9x2m1q8-1-abc1234',
      'a0-k3f9x2m1q8-1-ABC123',
      'a0-k3f9x2m1q8-1-abc123\n',
      'a00-k3f9x2m1q8-1-abc123',
      's0-k3f9x2m1q8-1-abc123',
    ];
    for (const text of others) expect(parseAttemptId(text), JSON.stringify(text)).to.equal(null);
  });

  it('of an attempt carries the tag of the life in which its ticket was given out', () => {
    expect(tagOf('b4sybzq6ca1j')).to.equal('b4sybz');
  });

  it('of a buyer is 1 to 64 of the named characters', () => {
    const good = ['a', 'A', '0', '.', '_', '-', '__proto__', 'a'.repeat(64)];
    for (const text of good) expect(isBuyerId(text), text).to.equal(true);
    const bad = ['', 'a'.repeat(65), 'a b', 'a\n', 'a|b', 'a:b', '{a}', 'é', '구매자', 'a\0'];
    for (const text of bad) expect(isBuyerId(text), JSON.stringify(text)).to.equal(false);
  });

  it('of a product and a request key are checked to the last character', () => {
    expect(isProductId('p-k3f9x2m1q8')).to.equal(true);
    for (const text of ['', 'p-', 'p-k3f9x2m1q8\n', 'p-K3F9X2M1Q8', 'q-k3f9x2m1q8']) {
      expect(isProductId(text)).to.equal(false);
    }
    for (const text of [' ', '~', '|', 'x'.repeat(128)])
      expect(REQUEST_KEY.test(text)).to.equal(true);
    for (const text of ['', 'x'.repeat(129), 'é', 'a\n', '\t', '\x7f', '\x1f']) {
      expect(REQUEST_KEY.test(text), JSON.stringify(text)).to.equal(false);
    }
  });
});
