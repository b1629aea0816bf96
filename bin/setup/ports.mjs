import { once } from 'node:events';
import net from 'node:net';
import { SetupError } from './failure.mjs';

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody uses at the moment */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Fails with the remedy when the gateway could not listen there, before anything slow is done.
 * @param {number} port
 * @param {string} host
 */
export async function requireFreePort(port, host) {
  const server = net.createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new SetupError(remedy(error, port, host));
  }
  server.close();
  await once(server, 'close');
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {number} port
 * @param {string} host
 */
function remedy(error, port, host) {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or choose another port: PORT=${port + 1} npm start`;
    case 'EACCES':
      return `Port ${port} may not be used by this user. Choose one from 1024 up: PORT=3000 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is no address of this machine. Leave HOST unset (127.0.0.1), or set one that it has.`;
    default:
      return `Port ${port} on ${host} can't be used (${error.message}). Choose others by PORT and HOST.`;
  }
}
