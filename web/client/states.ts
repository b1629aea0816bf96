import type { RoomState, SaleRoom, Stop } from './dropgate-client.js';

/**
 * A room's states as a stream: the one now, then each change. Whoever is slower than the changes
 * gets the latest and none of those before it.
 * @param onClose takes what ends the stream when the room is closed
 */
export async function* statesOf(
  room: SaleRoom,
  onClose: (end: Stop) => void,
): AsyncIterableIterator<RoomState> {
  let changed = true;
  let closed = false;
  let wake: () => void = () => {};
  const stop = room.subscribe(() => {
    changed = true;
    wake();
  });
  onClose(() => {
    closed = true;
    wake();
  });
  try {
    while (!closed) {
      if (changed) {
        changed = false;
        yield room.state;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stop();
  }
}
