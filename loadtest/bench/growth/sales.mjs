import { playGrown } from './grown-round.mjs';

const SALES = [1, 10, 100, 1_000];

/** Sales open at once, the buyers spread over them: each attempt is of another sale than the last. */
export async function growSales({ attempts, ...bench }) {
  const points = [];
  for (const sales of SALES) {
    const buyers = Math.max(1, Math.floor(attempts / sales));
    const plan = { count: sales * buyers, buyers, stock: buyers, mixed: true };
    const { cpuUs, cpuUsBy, perSecond } = await playGrown(bench, plan);
    points.push({ sales, cpuUs, ...cpuUsBy, perSecond });
    bench.say(`  ${sales} sales: ${cpuUs.toFixed(1)} µs an attempt`);
  }
  return {
    title: 'CPU an attempt, as the sales open at once grow',
    x: 'open sales',
    unit: 'µs an attempt',
    series: {
      cpuUs: 'all',
      gateway: 'gateway',
      worker: 'worker',
      redis: 'Redis',
      mysql: 'database',
    },
    points,
  };
}
