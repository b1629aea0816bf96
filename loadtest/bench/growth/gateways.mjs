import { playGrown } from './grown-round.mjs';

const GATEWAYS = [1, 2, 4];

/**
 * More gateways for the same buyers: on a machine whose cores are all busy this shows what an
 * attempt costs, not how much more they could take on machines of their own.
 */
export async function growGateways({ attempts, ...bench }) {
  const points = [];
  for (const gateways of GATEWAYS) {
    const plan = { count: attempts, buyers: attempts, stock: attempts };
    const { cpuUs, cpuUsBy, perSecond } = await playGrown(bench, plan, { gateways });
    const { worker, redis, mysql } = cpuUsBy;
    const gateway = cpuUs - worker - redis - mysql;
    points.push({ gateways, cpuUs, gateway, worker, redis, mysql, perSecond });
    bench.say(`  ${gateways} gateways: ${cpuUs.toFixed(1)} µs an attempt`);
  }
  return {
    title: 'CPU an attempt, as the gateways grow',
    x: 'gateways',
    unit: 'µs an attempt',
    series: {
      cpuUs: 'all',
      gateway: 'gateways',
      worker: 'worker',
      redis: 'Redis',
      mysql: 'database',
    },
    points,
  };
}
