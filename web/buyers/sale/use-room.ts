import { useEffect, useState } from 'preact/hooks';
import type { RoomState, SaleRoom } from '../../client/index.js';

/** The state of a room, for a component that is to be drawn anew when it changes. */
export function useRoom(room: SaleRoom): RoomState {
  const [state, setState] = useState(room.state);
  useEffect(() => {
    setState(room.state);
    return room.subscribe(setState);
  }, [room]);
  return state;
}
