import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { cpuBetween, readCpu, residentBytes, secondsOf } from './cpu.mjs';

/** Works for as long as it is told, tells what that took by its own count, and then waits. */
const WORKER = `
  process.stdin.once('data', () => {
    const before = process.cpuUsage();
    let used = 0;
    while (used < 600_000) { const now = process.cpuUsage(before); used = now.user + now.system; }
    process.stdout.write(String(used));
  });
  process.stdout.write('ready');
`;

async function startWorker() {
  const child = spawn(process.execPath, ['-e', WORKER], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the CPU reader of the bench', () => {
  it('finds what a busy process says it has used, and next to nothing of an idle one', async () => {
    const [busy, idle] = await Promise.all([startWorker(), startWorker()]);
    try {
      const before = [readCpu(busy.pid), readCpu(idle.pid)];
      busy.stdin.write('go');
      const used = Number(String((await once(busy.stdout, 'data'))[0]));
      const [found, resting] = [busy, idle].map(({ pid }, i) =>
        cpuBetween(before[i], readCpu(pid)),
      );
      expect(used).to.be.at.least(600_000);
      expect(found).to.be.within(used * 0.9, used * 1.2);
      expect(resting).to.be.below(100_000);
    } finally {
      for (const child of [busy, idle]) child.kill('SIGKILL');
    }
  });

  it('goes by the whole process when a thread has ended and took its figure along', () => {
    const before = {
      threads: new Map([
        ['1', 10],
        ['2', 500],
      ]),
      totalUs: 1_000,
    };
    const after = { threads: new Map([['1', 40]]), totalUs: 31_000 };
    expect(cpuBetween(before, after)).to.equal(30_000);
  });

  it('counts a thread that has come in between from its first moment', () => {
    const before = { threads: new Map([['1', 10]]), totalUs: 0 };
    const after = {
      threads: new Map([
        ['1', 40],
        ['2', 5],
      ]),
      totalUs: 10_000,
    };
    expect(cpuBetween(before, after)).to.equal(35);
  });

  it('reads the times that ps prints', () => {
    expect(secondsOf('00:00:07')).to.equal(7);
    expect(secondsOf('3:04.56')).to.be.closeTo(184.56, 1e-9);
    expect(secondsOf('1-02:03:04')).to.equal(93_784);
    const own = execFileSync('ps', ['-o', 'cputime=', '-p', String(process.pid)], {
      encoding: 'utf8',
    });
    const { user, system } = process.cpuUsage();
    expect(secondsOf(own.trim())).to.be.closeTo((user + system) / 1e6, 1.5);
  });

  it('reads how much memory a process holds', () => {
    if (process.platform !== 'linux') return expect(residentBytes(process.pid)).to.equal(null);
    const resident = residentBytes(process.pid);
    expect(resident).to.be.within(process.memoryUsage().rss * 0.5, process.memoryUsage().rss * 2);
  });
});
