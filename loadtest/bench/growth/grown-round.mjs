import { Dropgate } from '../contenders/dropgate.mjs';
import { play } from '../round.mjs';

/**
 * One run by HTTP with nobody connected, on fresh processes and after a warm-up.
 * @param {any} bench
 * @param {{count: number, buyers: number, stock: number, mixed?: boolean}} plan
 * @param {{gateways?: number}} [size]
 */
export async function playGrown({ world, load, connections, warmUp }, plan, size = {}) {
  const dropgate = await Dropgate.open(world, size);
  try {
    const { url, urls } = dropgate;
    const { buyers } = plan;
    const who = { url, urls, mode: 'unfetched', secret: world.secret, buyers, connections };
    await load.ask('open', who);
    const warm = warmUp * (size.gateways ?? 1);
    await play(dropgate, load, { count: warm, buyers: warm, stock: warm });
    await world.rewriteLog();
    await world.quiet(dropgate.pids);
    return await play(dropgate, load, plan);
  } finally {
    await Promise.allSettled([load.ask('close'), dropgate.stop()]);
  }
}
