import type { Writable } from 'node:stream';
import type { ServerToClientEvents } from '../../core/contract.js';
import type { SocketServer } from '../results/pusher.js';
import { type Connection, isIdle, isOpen } from './connection.js';

/** First byte of a websocket frame that is a whole text message (RFC 6455, 5.2). */
const TEXT = 0x81;

/** Stands for a length in the two bytes that follow. */
const IN_TWO_BYTES = 126;

/** Engine.IO's sign of a message, as `encodePacket` of engine.io-parser writes it. */
const MESSAGE = '4';

/** Socket.IO's sign of an event in the default namespace. */
const EVENT = '2';

/** An unmasked websocket frame with this text, in one piece; `null` beyond 64 KiB of it. */
export function textFrame(text: string): Buffer | null {
  const length = Buffer.byteLength(text);
  if (length > 0xffff) return null;
  const head = length < IN_TWO_BYTES ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = TEXT;
  frame[1] = head === 2 ? length : IN_TWO_BYTES;
  if (head === 4) frame.writeUInt16BE(length, 2);
  frame.write(text, head, length === text.length ? 'latin1' : 'utf8');
  return frame;
}

/** An event for a buyer's sockets, as Socket.IO would send it. */
export interface Message {
  readonly text: string;
  /** The whole frame, or `null` when it is too long for one piece. */
  readonly frame: Buffer | null;
}

export function messageOf<E extends keyof ServerToClientEvents>(
  name: E,
  ...said: Parameters<ServerToClientEvents[E]>
): Message {
  const text = EVENT + JSON.stringify([name, ...said]);
  return { text, frame: textFrame(MESSAGE + text) };
}

/** As much of a socket as is needed to send. */
export interface Receiver {
  readonly conn: Connection;
  readonly request: { readonly socket: Writable };
}

/**
 * Sends a message, at most once, like `emit`: straight to TCP where nothing waits before it. The way
 * through Socket.IO, Engine.IO and `ws` takes several times as long as to build and write the frame.
 */
export function send({ conn, request }: Receiver, { text, frame }: Message): void {
  if (!isOpen(conn)) return;
  if (frame && isIdle(conn)) request.socket.write(frame);
  else conn.write(text);
}

/** A packet of Engine.IO before it is sent; the option is the one that broadcasts use. */
interface Packet {
  readonly type: string;
  readonly data?: unknown;
  options: { readonly wsPreEncodedFrame?: readonly Buffer[] };
}

function frameWhole(packet: Packet): void {
  const { type, data, options } = packet;
  if (type !== 'message' || typeof data !== 'string' || options.wsPreEncodedFrame) return;
  const whole = textFrame(MESSAGE + data);
  // Not into the options that came: packets that belong together share them.
  if (whole) packet.options = { ...options, wsPreEncodedFrame: [whole] };
}

/**
 * Frames each message in one piece. `ws` makes two, head and text, which Node hands to the kernel
 * with more work for both than for their contents.
 */
export function frameMessages(engine: SocketServer['engine']): void {
  engine.on('connection', (connection: NodeJS.EventEmitter) => {
    connection.on('packetCreate', frameWhole);
  });
}
