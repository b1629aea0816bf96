import type { Writable } from 'node:stream';

/*
 * In the second that a sale opens, most of what a step costs is fetching its code into the
 * processor's caches. So what comes in one turn of the event loop is taken through each step
 * together, and what goes out of it is written together.
 */

/**
 * Attempts that are taken on in one turn. More of them hardly share more, and hold up for longer
 * what keeps promises already made: pushes, confirmations, probes.
 */
export const TAKEN_ON_A_TURN = 256;

/** A promise for all who wait for the same thing. */
class Gate {
  readonly opened: Promise<void>;
  open!: () => void;
  size = 0;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

let end: Gate | null = null;

/** Resolves once this turn of the event loop has read what its sockets had for it, for all at once. */
export function endOfTurn(): Promise<void> {
  if (!end) {
    end = new Gate();
    setImmediate(() => {
      const gate = end;
      end = null;
      gate?.open();
    });
  }
  return end.opened;
}

let groups: Gate[] = [];

function takeOn(): void {
  const [group, ...later] = groups;
  groups = later;
  // Before the group goes on: what it asks of the next turn comes after the next group.
  if (later.length > 0) setImmediate(takeOn);
  group?.open();
}

/**
 * Resolves at the end of a turn of the event loop, in the order asked, for `TAKEN_ON_A_TURN` at
 * once: from then on they go side by side, step by step. Nobody waits for more to come.
 */
export function takenOn(): Promise<void> {
  let group = groups.at(-1);
  if (!group || group.size === TAKEN_ON_A_TURN) {
    group = new Gate();
    groups.push(group);
    if (groups.length === 1) setImmediate(takeOn);
  }
  group.size += 1;
  return group.opened;
}

/** Those who wait to be taken on. */
export function waitingToBeTakenOn(): number {
  const last = groups.at(-1);
  return last ? (groups.length - 1) * TAKEN_ON_A_TURN + last.size : 0;
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
