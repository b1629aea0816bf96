import { expect } from 'chai';
import fc from 'fast-check';
import { minorUnits, priceText, wholeNumber } from '../../web/ops/parts/amounts.js';

describe('An amount that an operator types', () => {
  it('is a price in the decimals of its currency', () => {
    expect(minorUnits('19,900', 'KRW')).to.equal(19_900);
    expect(minorUnits('12.5', 'USD')).to.equal(1_250);
    expect(minorUnits('12', 'USD')).to.equal(1_200);
    expect(minorUnits('0.01', 'USD')).to.equal(1);
    expect(minorUnits('1.234', 'KWD')).to.equal(1_234);
  });

  it('is no price when it says less than it seems to, or nothing', () => {
    const wrong = ['', ' ', '-1', '1.', '.5', '12.505', '1e3', '0x10', 'ten', '1.2.3', 'Infinity'];
    for (const text of wrong) expect(minorUnits(text, 'USD'), text).to.be.NaN;
    expect(minorUnits('12.5', 'KRW')).to.be.NaN;
  });

  it('is the same price again when it is shown and typed', () => {
    const price = fc.integer({ min: 0, max: 999_999_999_999 });
    const currency = fc.constantFrom('KRW', 'USD', 'KWD', 'EUR', 'XXX');
    fc.assert(
      fc.property(price, currency, (minor, code) => {
        expect(minorUnits(priceText(minor, code), code)).to.equal(minor);
      }),
    );
  });

  it('is a whole number, also with a sign and separators, or none at all', () => {
    expect(['1,000', '+5', '-12', ' 7 '].map(wholeNumber)).to.deep.equal([1_000, 5, -12, 7]);
    for (const text of ['', '1.5', '--1', '1e2', 'x', '１']) {
      expect(wholeNumber(text), text).to.be.NaN;
    }
  });
});
