import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runArtillery } from './artillery.mjs';
import { mintCrowd } from './crowd.mjs';
import { createGoods, createSale } from './ops.mjs';
import { readSettings, SettingsError } from './settings.mjs';
import { drawVerdict } from './verdict.mjs';

/** Exit codes: every promise kept, one broken, or no verdict could be drawn at all. */
const KEPT = 0;
const BROKEN = 1;
const NO_VERDICT = 2;

/** One run: a fresh sale, a crowd, artillery, the verdict. */
async function run(settings) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropgate-loadtest-'));
  const files = { crowd: path.join(folder, 'crowd'), diary: path.join(folder, 'diary.jsonl') };
  let kept = false;
  try {
    const { sale, goods, crowd } = await prepare(settings, files);
    const loadProblem = await runArtillery(settings, files, { sale, goods });
    const buyerIds = crowd.map(({ id }) => id);
    const diaryFile = files.diary;
    const verdict = await drawVerdict({ settings, sale, goods, buyerIds, diaryFile, loadProblem });
    process.stdout.write(`${verdict.text}\n`);
    kept = verdict.kept;
    return kept ? KEPT : BROKEN;
  } finally {
    // The tokens go in any case; what buyers saw stays when there is something to look into.
    await rm(kept ? folder : files.crowd, { recursive: true, force: true });
    if (!kept) process.stdout.write(`What each buyer saw: ${files.diary}\n`);
  }
}

async function prepare(settings, files) {
  const sale = await createSale(settings);
  const goods = await createGoods(settings);
  const crowd = mintCrowd(settings);
  const lines = crowd.map((buyer) => JSON.stringify(buyer)).join('\n');
  await writeFile(files.crowd, lines, { mode: 0o600 });
  await writeFile(files.diary, '', { mode: 0o600 });
  const { buyers, stock, targets, arrivalSeconds } = settings;
  const size = `${buyers} buyers for ${stock} units within ${arrivalSeconds} s`;
  process.stdout.write(`${settings.scenario}: ${size}, sale ${sale.id} at ${targets.join(', ')}\n`);
  return { sale, goods, crowd };
}

try {
  process.exitCode = await run(readSettings(process.argv[2], process.env));
} catch (error) {
  const text = error instanceof SettingsError ? error.message : error.stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = NO_VERDICT;
}
