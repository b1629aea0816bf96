import { readFileSync } from 'node:fs';
import { gatherBuyers, parseDiaries } from './verdict/answers.mjs';
import { readLedger } from './verdict/ledger.mjs';
import { judgePromises } from './verdict/promises.mjs';
import { renderVerdict } from './verdict/table.mjs';
import { judgeWholeLife } from './verdict/whole-life.mjs';

/**
 * The verdict on one run, drawn from outside: the buyers' diaries and SQL, nothing that the
 * program says of itself.
 * @returns {Promise<{text: string, kept: boolean}>}
 */
export async function drawVerdict({ settings, sale, goods, buyerIds, diaryFile, loadProblem }) {
  const { databaseUrl, ledgerSeconds, stock, scenario } = settings;
  const { entries, torn } = parseDiaries(readFileSync(diaryFile, 'utf8'));
  const buyers = gatherBuyers(buyerIds, entries);
  const known = new Set(buyers.flatMap(({ attempts }) => [...attempts.keys()])).size;
  const whole = settings.life === 'whole';
  const saleId = sale.id;
  const ledger = await readLedger({ databaseUrl, saleId, known, ledgerSeconds, goods, whole });
  const judge = whole ? judgeWholeLife : judgePromises;
  const { holdSeconds } = settings;
  const seen = { buyers, entries, torn, ledger, stock, loadProblem, goods, holdSeconds };
  const promises = judge(seen);
  const title = `Verdict: ${scenario}, sale ${sale.id}, ${settings.targets.length} gateway(s)`;
  return {
    text: renderVerdict({ title, buyers, entries, ledger, stock, promises }),
    kept: promises.every(({ broken }) => !broken),
  };
}
