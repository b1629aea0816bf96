import type { Writable } from 'node:stream';

/*
 * In the second that a sale opens, most of what a step costs is fetching its code into the
 * processor's caches. So what comes in one turn of the event loop is taken through each step
 * together, and what goes out of it is written together.
 */

let turn: Promise<void> | null = null;

/**
 * Resolves once this turn of the event loop has read what its sockets had for it, for all who wait
 * at once: from then on they go side by side, step by step.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = null;
      resolve();
    });
  });
  return turn;
}

let held: Writable[] = [];

function letGo(): void {
  const sockets = held;
  held = [];
  for (const socket of sockets) socket.uncork();
}

/**
 * Keeps what is written to the socket from now on until everything that is ready to run has run,
 * and sends it then, after one another with that of the other sockets.
 * @param socket of a connection that may be gone by now: then this does nothing
 */
export function writeTogether(socket: Writable | null | undefined): void {
  if (!socket) return;
  if (held.length === 0) process.nextTick(letGo);
  held.push(socket);
  socket.cork();
}
