import { expect } from 'chai';
import { ATTEMPT_STATES, isLive, parseRecord, parseRecords } from '../../core/domain/attempt.js';
import { parseFeedEntry } from '../../core/feed.js';

describe('A record of an attempt', () => {
  it('is read part by part, an empty one as null', () => {
    expect(parseRecord(7, 'waiting|1|2|ann|abc123|||')).to.deep.equal({
      ticket: 7,
      state: 'waiting',
      version: 1,
      quantity: 2,
      buyerId: 'ann',
      tag: 'abc123',
      holdExpiresAt: null,
      orderId: null,
      reason: null,
    });
    expect(parseRecord(1, 'confirmed|3|1|a.b_c-d|abc123|1700000000000|o-1|why')).to.include({
      holdExpiresAt: 1_700_000_000_000,
      orderId: 'o-1',
      reason: 'why',
    });
  });

  it('is a fault when it is none', () => {
    for (const text of ['', 'held', 'unknown|1|1|a|t|||', 'held|1|1|a|t||', 'held|1|1|a|t||||']) {
      expect(() => parseRecord(1, text), text).to.throw('not an attempt record');
    }
  });

  it('is live while it can change by itself', () => {
    expect(ATTEMPT_STATES.filter(isLive)).to.deep.equal(['waiting', 'held', 'standby']);
  });
});

describe('Records of a feed entry', () => {
  it('are read line by line, each with its ticket', () => {
    const texts = ['waiting|1|2|ann|abc123|||', 'confirmed|3|1|bob|t|1700000000000|o-1|why'];
    const lines = texts.map((text, i) => `${i + 9}|${text}`);
    const read = parseRecords(lines.join('\n'));
    expect(read).to.deep.equal(texts.map((text, i) => parseRecord(i + 9, text)));
    expect(parseRecords('')).to.deep.equal([]);
  });

  it('are a fault when one of them is none, also where the next line could complete it', () => {
    const good = '2|held|2|1|bob|t|5||';
    for (const bad of [
      '1|held|1|1|a|t||',
      '1|held|1|1|a|t||||',
      '1|held',
      '1',
      '1|odd|1|1|a|t|||',
    ]) {
      expect(() => parseRecords(`${bad}\n${good}`), bad).to.throw('not an attempt record');
      expect(() => parseRecords(`${good}\n${bad}`), bad).to.throw('not an attempt record');
    }
  });
});

describe('An entry of the feed', () => {
  const FIELDS = { v: '1', k: 'entered', s: 's0-0000000000', t: '1700000000000' };

  function parse(more: Record<string, string>) {
    return parseFeedEntry('12-0', Object.entries({ ...FIELDS, ...more }).flat());
  }

  it('tells the states of its attempts as their records do, also when it has none', () => {
    for (const a of [
      '',
      '1|held|2|1|ann|abc123|1700000000000||',
      '1|sold-out|2|1|a|t|||\n2|held|3|1|b|t|5||',
    ]) {
      const states: string[][] = [];
      const entry = parse({ c: '1,1,0,0,1,1,0,0', a });
      entry.eachState((...each) => states.push(each));
      const whole = entry.attempts().map(({ state, version }) => [state, String(version)]);
      expect(states).to.deep.equal(whole);
    }
  });

  it('is read part by part', () => {
    const entry = parse({
      c: '10,4,5,1,9,8,2,3',
      w: 'ops,1',
      a: '8|waiting|1|1|ann|abc123|||\n9|waiting|1|2|bob|abc123|||',
      r: '8|1|202|ann|a|b:c\n9|2|200|bob|d',
      d: '',
    });
    expect(entry).to.include({ number: 12, kind: 'entered', time: 1_700_000_000_000 });
    expect(entry).to.include({ pausedFor: 'ops', closed: true, config: '' });
    const states: string[][] = [];
    entry.eachState((...each) => states.push(each));
    expect(states).to.deep.equal([
      ['waiting', '1'],
      ['waiting', '1'],
    ]);
    expect(entry.counts).to.deep.equal({
      total: 10,
      available: 4,
      held: 5,
      sold: 1,
      entered: 9,
      serving: 8,
      waiting: 2,
      standby: 3,
    });
    expect(entry.attempts().map(({ ticket, buyerId }) => [ticket, buyerId])).to.deep.equal([
      [8, 'ann'],
      [9, 'bob'],
    ]);
    expect(entry.usedKeys()).to.deep.equal([
      { ticket: 8, quantity: 1, status: 202, buyerId: 'ann', key: 'a|b:c' },
      { ticket: 9, quantity: 2, status: 200, buyerId: 'bob', key: 'd' },
    ]);
  });

  it('may be without attempts, keys, pause and fields that a later release adds', () => {
    const entry = parse({ c: '0,0,0,0,0,1,0,0', w: ',0', a: '', r: '', d: '', zz: 'new' });
    expect(entry).to.include({ pausedFor: null, closed: false });
    expect([entry.attempts(), entry.usedKeys()]).to.deep.equal([[], []]);
  });

  it('of a version that this release does not know is a fault, never skipped', () => {
    for (const v of ['2', '', '01']) {
      expect(() => parse({ v, c: '0,0,0,0,0,1,0,0' })).to.throw('version');
    }
    expect(() => parseFeedEntry('1-0', [])).to.throw('version');
  });
});
