import { Dropgate } from '../contenders/dropgate.mjs';
import { play, warmUp } from '../round.mjs';

/** Attempts of one step of the warm-up. */
const STEP = 10_000;

/**
 * One run by HTTP with nobody connected, on fresh processes and after a warm-up.
 * @param {any} bench
 * @param {{count: number, buyers: number, stock: number, mixed?: boolean}} plan
 * @param {{gateways?: number}} [size]
 */
export async function playGrown({ world, load, connections, warmUpSeconds }, plan, size = {}) {
  const dropgate = await Dropgate.open(world, size);
  try {
    const { url, urls } = dropgate;
    const { buyers } = plan;
    const who = { url, urls, mode: 'unfetched', secret: world.secret, buyers, connections };
    await load.ask('open', who);
    const seconds = warmUpSeconds * (size.gateways ?? 1);
    await warmUp(dropgate, load, seconds, { count: STEP, buyers: STEP, stock: STEP });
    await world.rewriteLog();
    await world.quiet(dropgate.pids);
    return await play(dropgate, load, plan);
  } finally {
    await Promise.allSettled([load.ask('close'), dropgate.stop()]);
  }
}
