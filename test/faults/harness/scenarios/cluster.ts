import { PrivateCluster } from '../../../support/private-cluster.js';
import { System } from '../../../support/system.js';
import type { Verdict } from '../../checker/checker.js';
import { Run } from '../../run.js';
import type { Scenario } from '../scenario.js';

const NODES = 3;

const STOCK = 100;

/** Sells a first release out to a crowd, and counts what was sold. */
async function firstSale(system: System, buyers: number): Promise<Verdict> {
  const run = await Run.begin(system, { limit: buyers, atOnce: 32, thinkMs: 0 }, STOCK);
  await run.crowd.untilAllServed();
  const verdict = await run.verdict();
  const held = await system.db('attempts').where({ sale_id: run.saleId, state: 'held' });
  if (held.length !== STOCK) throw new Error(`${held.length} of ${STOCK} were sold`);
  return verdict;
}

/** Which of the nodes have keys of a lane: two lanes are two slots, on two nodes or on one. */
async function nodesInUse({ nodes }: PrivateCluster): Promise<number> {
  const sizes = await Promise.all(nodes.map(({ client }) => client.dbsize()));
  return sizes.filter((size) => size > 0).length;
}

const firstSaleOnCluster: Scenario = {
  name: 'redis-cluster',
  what: 'a first sale on a Redis Cluster of three nodes, sold exactly; no fault',
  inShort: true,
  async play({ short }) {
    const cluster = await PrivateCluster.open(NODES);
    try {
      const system = await System.start({ workers: 2, lanes: 4, redisUrl: cluster.url });
      const verdict = await firstSale(system, short ? 400 : 2_000);
      const note = `four lanes on ${await nodesInUse(cluster)} of ${NODES} nodes`;
      await system.stop();
      return { verdict, recoveryMs: null, note };
    } finally {
      await cluster.close();
    }
  },
};

export const scenarios: readonly Scenario[] = [firstSaleOnCluster];
