import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import type { GatewayConfig } from '../../core/config.js';
import { BODY_LIMIT_BYTES } from '../../core/domain/bounds.js';
import { isAllowedOrigin } from '../http/origins.js';
import type { Overload } from '../overload/overload.js';
import type { SocketServer } from '../results/pusher.js';
import { frameMessages } from './frames.js';
import { letGo, SocketGuard } from './socket-guard.js';

const PATH = '/socket.io/';

/** From the websocket's handshake until the client has said, with its token, what it wants. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Engine.IO would only close its own half: whoever kept the other open had it for ever. */
function refuseElsewhere(request: IncomingMessage, socket: Duplex): void {
  if (request.url?.startsWith(PATH)) return;
  letGo(socket, 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/**
 * Empties the list of a connection's packets once they are sent. Engine.IO makes the next list right
 * away and fills it when there is something to say: an old object then, which, dropped in its turn,
 * would keep its young packets for the garbage collector to carry into the old space.
 */
function dropSentPackets(engine: SocketServer['engine']): void {
  let sent: unknown[] | null = null;
  // Between the two a connection does nothing but send.
  engine.on('flush', (_connection: unknown, packets: unknown[]) => {
    sent = packets;
  });
  engine.on('drain', () => {
    if (sent) sent.length = 0;
    sent = null;
  });
}

/** Puts Socket.IO on the gateway's HTTP server. Websockets only: no sticky sessions. */
export function createSocketServer(
  server: HttpServer,
  { ALLOWED_ORIGINS, MAX_SOCKETS }: Pick<GatewayConfig, 'ALLOWED_ORIGINS' | 'MAX_SOCKETS'>,
  overload: Overload,
): { readonly io: SocketServer; readonly guard: SocketGuard } {
  const io: SocketServer = new Server(server, {
    path: PATH,
    transports: ['websocket'],
    perMessageDeflate: false,
    maxHttpBufferSize: BODY_LIMIT_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    destroyUpgrade: false,
    allowRequest: (request, decide) => {
      // Turned away, a handshake is never decided on: its connection is gone by then.
      if (!guard.admits()) return guard.turnAway(request);
      decide(null, isAllowedOrigin(request, ALLOWED_ORIGINS));
    },
  });
  const guard = new SocketGuard(io, overload, MAX_SOCKETS);
  guard.watch();
  dropSentPackets(io.engine);
  frameMessages(io.engine);
  server.on('upgrade', refuseElsewhere);
  return { io, guard };
}
