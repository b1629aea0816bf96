import type { io } from 'socket.io-client';

/** The gateway's Socket.IO server hands out the client that fits it: no bundler, no second copy. */
const CLIENT_URL = '/socket.io/socket.io.esm.min.js';

export async function loadSocketIo(): Promise<typeof io> {
  const client = (await import(CLIENT_URL)) as { io: typeof io };
  return client.io;
}
