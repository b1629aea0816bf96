/** What a shop's page needs to talk to Dropgate. */
import { HttpCalls } from './calls.js';
import type * as shop from './dropgate-client.js';
import { LiveSocket } from './live-socket.js';
import { ServerClock } from './server-clock.js';
import { Visit } from './visit.js';

export type * from './dropgate-client.js';

export const connect: typeof shop.connect = (options = {}) => {
  // The module comes from the gateway, so that is where Dropgate is.
  const baseUrl = new URL(options.baseUrl ?? import.meta.url, location.href).origin;
  const clock = new ServerClock();
  const calls = new HttpCalls(options, baseUrl);
  const socket = new LiveSocket(baseUrl, calls.identity);
  const rooms = new Map<string, Visit>();
  return {
    baseUrl,
    calls,
    now: () => clock.now(),
    sale(saleId) {
      const known = rooms.get(saleId);
      if (known) return known;
      const room = new Visit(saleId, { clock, calls, socket }, () => rooms.delete(saleId));
      rooms.set(saleId, room);
      return room;
    },
    onStock: (listener) => socket.onStock(listener),
    onAttempt: (listener) => socket.onAttempt(listener),
    onConnect: (listener) => socket.onConnect(listener),
    close() {
      for (const room of [...rooms.values()]) room.close();
    },
  };
};
