import { expect } from 'chai';
import { csvLine } from '../../../core/domain/csv.js';
import { csvRows } from '../../support/csv.js';

describe('A line of CSV', () => {
  it('gives back every text that was put in', () => {
    const texts = ['plain', 'a,b', 'say "no"', 'two\r\nlines', '구매자', ''];
    const [row] = csvRows(csvLine(['a', 'b', 'c', 'd', 'e', 'f']) + csvLine(texts));
    expect(Object.values(row ?? {})).to.deep.equal(texts);
  });

  it('never begins a cell with what a spreadsheet would calculate', () => {
    for (const text of ['=1+1', '+1', '-1+2', '@SUM(A1)', ' =1', '\t=1', '\r=1', '\n=1']) {
      const [row] = csvRows(csvLine(['name']) + csvLine([text]));
      expect(row?.name, JSON.stringify(text)).to.equal(`'${text}`);
    }
  });

  it('keeps numbers as they are, and nothing as nothing', () => {
    expect(csvLine([1, -2, null, 'x'])).to.equal('1,-2,,x\r\n');
  });
});
