/** What goes wrong between the feed and MySQL. */
const LEDGER_FILE = 'core/stores/ledger.ts';
const LEDGER_TEST = 'test/core/stores/ledger.test.ts';
const GUARDED = 'takes nothing from a writer that stands elsewhere';

/** @type {import('../defects.mjs').Defect[]} */
export const LEDGER = [
  {
    name: 'ledger-number-not-compared',
    breaks: '7: entries are written twice, or left out, in MySQL',
    file: LEDGER_FILE,
    find: '        ledger_number: position.ledgerNumber,\n',
    replace: '',
    test: LEDGER_TEST,
    title: GUARDED,
  },
  {
    name: 'ledger-not-fenced',
    breaks: '6: a stale owner writes to MySQL',
    file: LEDGER_FILE,
    find: '        fencing_token: position.fencingToken,\n',
    replace: '',
    test: LEDGER_TEST,
    title: GUARDED,
  },
  {
    name: 'ledger-of-another-life',
    breaks: '9: entries of a life that was lost reach MySQL after a rebuild',
    file: LEDGER_FILE,
    find: '        incarnation: position.incarnation,\n',
    replace: '',
    test: LEDGER_TEST,
    title: GUARDED,
  },
  {
    name: 'watermark-outside-the-transaction',
    breaks: '7: a crash leaves a watermark above the rows',
    file: LEDGER_FILE,
    find: "const moved = await trx('lanes')",
    replace: "const moved = await db('lanes')",
    test: LEDGER_TEST,
    title: 'leaves neither rows nor watermark when it is cut off in between',
  },
  {
    name: 'keys-not-in-the-ledger',
    breaks: '8: after a rebuild or in an archived sale a known key is a new one',
    file: LEDGER_FILE,
    find: '    await writeKeys(trx, fold);\n',
    replace: '    if (fold.keys.size < 0) await writeKeys(trx, fold);\n',
    test: LEDGER_TEST,
    title: 'is what the feed says',
  },
  {
    name: 'run-over-a-gap',
    breaks: '7: MySQL has somebody who left among those who were decided alike',
    file: 'core/stores/attempt-rows.ts',
    find: '    one.ticket + 1 === other.ticket &&\n',
    replace: '',
    test: LEDGER_TEST,
    title: 'has a crowd that was decided alike',
  },
  {
    name: 'missing-rows-taken-as-written',
    breaks: '7: MySQL lacks an attempt that the feed tells of',
    file: 'core/stores/attempt-rows.ts',
    find: 'return affectedRows === run.length;',
    replace: 'return affectedRows <= run.length;',
    test: LEDGER_TEST,
    title: 'has a row again that was missing',
  },
  {
    name: 'states-not-in-the-ledger',
    breaks: '7: MySQL keeps the first state of an attempt',
    file: 'core/stores/attempt-rows.ts',
    find: "const CHANGING: readonly Column[] = [\n  'state',\n  'version',\n",
    replace: 'const CHANGING: readonly Column[] = [\n',
    test: LEDGER_TEST,
    title: 'is what the feed says',
  },
  {
    name: 'feed-gap-not-noticed',
    breaks: '7: entries that are missing in the feed are passed over by the ledger',
    file: 'workers/ledger-writer.ts',
    find: 'first.number !== this.#ledgerNumber + 1 ||',
    replace: 'first.number <= this.#ledgerNumber ||',
    test: 'test/workers/ledger-writer.test.ts',
  },
];
