import { eventually } from './eventually.js';
import { PrivateRedis } from './private-redis.js';
import { freePort } from './private-server.js';

/** The slots of a Redis Cluster. */
const SLOTS = 16_384;

/** How long the nodes may take to know each other. */
const JOIN_MS = 30_000;

/** A Redis Cluster of a test's own: masters only, each with its share of the slots. */
export class PrivateCluster {
  readonly nodes: readonly PrivateRedis[];

  private constructor(nodes: readonly PrivateRedis[]) {
    this.nodes = nodes;
  }

  static async open(size: number): Promise<PrivateCluster> {
    const buses = await Promise.all(Array.from({ length: size }, () => freePort()));
    const nodes = await Promise.all(
      buses.map((bus) =>
        PrivateRedis.open({ config: { 'cluster-enabled': 'yes', 'cluster-port': String(bus) } }),
      ),
    );
    const cluster = new PrivateCluster(nodes);
    await cluster.#join(buses);
    return cluster;
  }

  /** As REDIS_URL wants it. */
  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }

  async #join(buses: readonly number[]): Promise<void> {
    const first = this.nodes[0] as PrivateRedis;
    const bound = (node: number) => Math.floor((node * SLOTS) / this.nodes.length);
    for (const [i, { client }] of this.nodes.entries()) {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', bound(i), bound(i + 1) - 1);
      await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port, buses[0] as number);
    }
    for (const { client } of this.nodes) {
      const info = async () => String(await client.call('CLUSTER', 'INFO'));
      const whole = `cluster_known_nodes:${this.nodes.length}`;
      const fits = (text: string) => text.includes('cluster_state:ok') && text.includes(whole);
      await eventually(info, fits, JOIN_MS);
    }
  }
}
