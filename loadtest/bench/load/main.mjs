// The buyers of the bench, in a process of their own so that its CPU is told apart from that of the
// servers. Told what to do over IPC; answers each message with one.
import { Crowd } from './crowd.mjs';

const crowd = new Crowd();

const TASKS = {
  open: (message) => crowd.open(message),
  prepare: (message) => crowd.prepare(message),
  go: () => crowd.go(),
  broadcast: (message) => crowd.broadcast(message),
  resultTimes: () => crowd.resultTimes(),
  close: () => crowd.close(),
};

process.on('message', async ({ task, ...message }) => {
  try {
    process.send?.({ answer: (await TASKS[task](message)) ?? null });
  } catch (error) {
    process.send?.({ error: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
