import { startServers } from './servers.mjs';

/**
 * Installing, compiling and starting servers wait for different things: side by side. When one
 * fails the other is ended; servers that were started are stopped in good order all the same.
 * @param {object} options
 * @param {(signal: AbortSignal) => Promise<unknown>} options.code work on the code
 * @param {string} options.dataDir
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} options.signal
 * @param {(() => unknown)[]} options.undo gets the stop of the servers
 * @returns {Promise<import('./servers.mjs').Servers>}
 */
export async function serversAndCode({ code, dataDir, progress, signal, undo }) {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const endOther = (/** @type {unknown} */ error) => {
    failure.abort(error);
    throw error;
  };
  const [prepared, servers] = await Promise.allSettled([
    code(either).catch(endOther),
    startServers({ dataDir, progress, signal: either }).catch(endOther),
  ]);
  if (servers.status === 'fulfilled' && servers.value.services.length > 0) {
    const names = servers.value.services.map((service) => service.name).join(', ');
    undo.push(() => progress.task(`stopping ${names}`, () => servers.value.stop()));
  }
  // The first failure; the other's is only its consequence.
  either.throwIfAborted();
  if (prepared.status === 'rejected') throw prepared.reason;
  if (servers.status === 'rejected') throw servers.reason;
  return servers.value;
}
