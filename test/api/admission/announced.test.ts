import { Queue } from 'bullmq';
import { type BatchJob, waitingRoomOptions } from '../../../core/waiting-room.js';
import { eventually } from '../../support/eventually.js';
import { System } from '../../support/system.js';

describe('The jobs that announce attempts', () => {
  let system: System;
  let room: Queue<BatchJob>;

  before(async () => {
    system = await System.start({ lanes: 1 });
    const { name, options } = waitingRoomOptions(0);
    room = new Queue<BatchJob>(name, { ...options, connection: system.redis });
  });

  after(async () => {
    await room.close();
    await system.stop();
  });

  /** Resolves when a job has told of this ticket; a decision alone proves none. */
  async function untilAnnounced(sale: string, ticket: number): Promise<void> {
    await eventually(
      () => room.getJobs(['waiting', 'active', 'completed']),
      (jobs) =>
        jobs.some((job) =>
          job?.data.ranges.some(
            ({ saleId, from, to }) => saleId === sale && from <= ticket && ticket <= to,
          ),
        ),
    );
  }

  it('go on after a batch that brought nothing new', async () => {
    const sale = await system.createSale({ perBuyerLimit: 2 });
    const ann = system.buyer();
    await ann.buy(sale);
    await untilAnnounced(sale, 1);
    // Each alone in its batch: the attempt that she has, and one that is refused.
    await ann.buy(sale);
    await system.buyer().buy(sale, 3);
    await system.buyer().buy(sale);
    await untilAnnounced(sale, 2);
  });
});
