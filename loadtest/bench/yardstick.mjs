import { Floor } from './contenders/baseline.mjs';
import { LoadProcess } from './load-process.mjs';
import { play, warmUp } from './round.mjs';

const WARM_UP_SECONDS = 5;
const BUYERS = 2_000;
/** Not counted: after a rest V8 has tidied up, and the first requests pay for that. */
const WAKING = { count: 10_000, buyers: BUYERS, stock: BUYERS };
const COUNTED = { count: 20_000, buyers: BUYERS, stock: BUYERS };

/**
 * The floor, kept running beside the contenders with buyers of its own, to be measured right
 * after them: how fast a machine is may change by half from minute to minute, and a floor of
 * another minute would measure that.
 */
export class Yardstick {
  #floor;
  #load = new LoadProcess();
  #running;

  /** @param {import('./world.mjs').World} world @param {number} connections */
  async open(world, connections) {
    world.signal.addEventListener('abort', () => this.close(), { once: true });
    const floor = await Floor.open(world, 'node-http.mjs', { name: 'floor' });
    this.#floor = floor;
    // Not Redis and the database: what a contender left them to do is not the floor's.
    const pids = { gateway: floor.services.gateway.pid };
    const running = { url: floor.url, pids, sales: (count) => floor.sales(count) };
    this.#running = { ...running, settled: () => floor.settled(), record: () => null };
    const who = { url: floor.url, mode: 'answer', floor: true, secret: world.secret, connections };
    await this.#load.ask('open', { ...who, buyers: BUYERS });
    await warmUp(this.#running, this.#load, WARM_UP_SECONDS, COUNTED);
  }

  /** @returns {Promise<number>} µs of CPU a request, just now */
  async read() {
    await play(this.#running, this.#load, WAKING);
    const { cpuUs } = await play(this.#running, this.#load, COUNTED);
    return cpuUs;
  }

  async close() {
    await Promise.allSettled([this.#load.stop(), this.#floor?.stop()]);
  }
}
