import { expect } from 'chai';
import { LedgerWatch } from '../../../api/metrics/ledger-watch.js';
import type { LaneRow } from '../../../core/stores/lanes.js';

function rowAt(ledgerNumber: number): LaneRow {
  const life = { incarnation: 'a', opened: 'a', owner: 'w' };
  return { lane: 0, fencingToken: 1, ledgerNumber, ...life };
}

describe('The look at the ledger', () => {
  it('asks once for all the figures of one scrape, and anew for the next', async () => {
    let asked = 0;
    const watch = new LedgerWatch(async () => {
      asked += 1;
      return [rowAt(asked)];
    });
    const [one, two] = await Promise.all([watch.look(), watch.look()]);
    expect([one, two]).to.deep.equal([
      { up: true, rows: [rowAt(1)] },
      { up: true, rows: [rowAt(1)] },
    ]);
    expect((await watch.look()).rows).to.deep.equal([rowAt(2)]);
  });

  it('keeps what was last known while MySQL is away', async () => {
    let away = false;
    const watch = new LedgerWatch(() =>
      away ? Promise.reject(new Error('away')) : Promise.resolve([rowAt(7)]),
    );
    await watch.look();
    away = true;
    expect(await watch.look()).to.deep.equal({ up: false, rows: [rowAt(7)] });
  });

  it('does not wait for a MySQL that does not answer', async () => {
    const watch = new LedgerWatch(() => new Promise(() => undefined));
    expect(await watch.look()).to.deep.equal({ up: false, rows: [] });
  });
});
