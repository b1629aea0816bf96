import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One websocket frame as a client sends it; the mask of zeros leaves the payload readable. */
export function frameOf(payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | (typeof payload === 'string' ? 1 : 2);
  if (bytes.length < 126) head[1] = 0x80 | bytes.length;
  else if (bytes.length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(bytes.length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(4), bytes]);
}

/** Whether what the server sent, after its answer to the upgrade, holds a close frame. */
function saysGoodbye(received: Buffer): boolean {
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at > 3 && at + 1 < received.length) {
    if (((received[at] as number) & 0x0f) === 8) return true;
    const length = received[at + 1] as number;
    at += length < 126 ? 2 + length : 4 + received.readUInt16BE(at + 2);
  }
  return false;
}

/** Asks a gateway for a websocket without any client's manners; nothing is read yet. */
export function askForWebsocket(url: string, path = '/socket.io/?EIO=4&transport=websocket') {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `GET ${path} HTTP/1.1\r\n` +
      `Host: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  return socket;
}

/**
 * Opens the websocket of a gateway without Socket.IO's client and sends Engine.IO packets as they
 * are. Resolves when the gateway has said goodbye, with all that the gateway sent.
 */
export async function sendPackets(url: string, packets: readonly (string | Buffer)[]) {
  const socket = askForWebsocket(url);
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (saysGoodbye(received)) socket.destroy();
  });
  const closed = once(socket, 'close');
  await once(socket, 'data');
  for (const packet of packets) socket.write(frameOf(packet));
  await closed;
  return received.toString('latin1');
}
