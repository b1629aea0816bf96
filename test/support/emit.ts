import type { AttemptAck } from '../../core/contract.js';
import type { BuyerSocket } from './client.js';

/** Sends whatever it is given, with an acknowledgement. */
export function emit(socket: BuyerSocket, event: string, message: unknown): Promise<AttemptAck> {
  const loose = socket.timeout(10_000) as unknown as {
    emitWithAck(event: string, message: unknown): Promise<AttemptAck>;
  };
  return loose.emitWithAck(event, message);
}
