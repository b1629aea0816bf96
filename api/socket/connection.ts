import type { DefaultEventsMap, Socket } from 'socket.io';

/** What lies below a Socket.IO socket: Engine.IO's connection. Its types hide what is read here. */
export type Connection = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap>['conn'];

/** The websocket below that. */
export interface Websocket {
  /** 1 while it is open both ways, as in browsers. */
  readonly readyState: number;
  /** Bytes that the kernel has not taken yet. */
  readonly bufferedAmount: number;
  terminate(): void;
}

const OPEN = 1;

export function websocketOf(connection: Connection): Websocket {
  return (connection.transport as unknown as { readonly socket: Websocket }).socket;
}

/** Packets that Engine.IO has not handed to the websocket yet. */
export function packetsUnsent(connection: Connection): number {
  const { writeBuffer } = connection as unknown as { readonly writeBuffer: readonly unknown[] };
  return writeBuffer.length;
}

/** Whether it is open both ways: after a goodbye nothing may follow. */
export function isOpen(connection: Connection): boolean {
  return connection.readyState === 'open' && websocketOf(connection).readyState === OPEN;
}

/** Whether nothing waits to be sent: what is written below it now is in its turn. */
export function isIdle(connection: Connection): boolean {
  return packetsUnsent(connection) === 0 && websocketOf(connection).bufferedAmount === 0;
}
