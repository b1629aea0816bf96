import { BullBaseline, Floor, SqlBaseline } from './baseline.mjs';
import { Dropgate } from './dropgate.mjs';

const LINE = 'no line: who comes first is chance';
const dropgate = (world) => Dropgate.open(world);

/**
 * Everyone who is measured, in the order of the table. `share`: of the attempts of a round, since a
 * slow one would take all day and the floor would be over in half a second. `paired`: measured with
 * the floor in between, since it is judged by that. `falls`: where it falls short of what Dropgate promises.
 * @typedef {{name: string, title: string, mode: string, share: number, floor?: boolean, paired?: boolean,
 *   falls: string, open: (world: import('../world.mjs').World) => Promise<any>}} Contender
 * @type {readonly Contender[]}
 */
export const CONTENDERS = [
  {
    name: 'node-http',
    title: 'floor: bare node:http',
    mode: 'answer',
    share: 2,
    floor: true,
    paired: true,
    falls: 'checks nobody, sells nothing',
    open: (world) => Floor.open(world, 'node-http.mjs'),
  },
  {
    name: 'express',
    title: 'bare Express, helmet, json',
    mode: 'answer',
    share: 0.4,
    floor: true,
    falls: 'checks nobody, sells nothing',
    open: (world) => Floor.open(world, 'express.mjs'),
  },
  {
    name: 'dropgate-http',
    title: 'Dropgate, HTTP, result pushed',
    mode: 'push',
    share: 1,
    paired: true,
    falls: '',
    open: dropgate,
  },
  {
    name: 'dropgate-socket',
    title: 'Dropgate, Socket.IO',
    mode: 'socket',
    share: 1,
    paired: true,
    falls: '',
    open: dropgate,
  },
  {
    name: 'dropgate-polled',
    title: 'Dropgate, HTTP, polled',
    mode: 'poll',
    share: 0.25,
    falls: '',
    open: dropgate,
  },
  {
    name: 'dropgate-unfetched',
    title: 'Dropgate, HTTP, nobody looks',
    mode: 'unfetched',
    share: 1,
    paired: true,
    falls: '',
    open: dropgate,
  },
  {
    name: 'bullmq',
    title: 'BullMQ, a job an attempt',
    mode: 'push',
    share: 0.4,
    falls: 'no order kept, jobs lost by kill -9, nothing in SQL, no hold that ends',
    open: (world) => BullBaseline.open(world, 'bullmq.mjs', { worker: true }),
  },
  {
    name: 'atomic-update',
    title: 'atomic UPDATE',
    mode: 'answer',
    share: 0.1,
    falls: LINE,
    open: (world) => SqlBaseline.open(world, 'atomic-update.mjs'),
  },
  {
    name: 'for-update',
    title: 'SELECT … FOR UPDATE',
    mode: 'answer',
    share: 0.08,
    falls: LINE,
    open: (world) => SqlBaseline.open(world, 'for-update.mjs'),
  },
  {
    name: 'version-column',
    title: 'version column, retry',
    mode: 'answer',
    share: 0.015,
    falls: `${LINE}; retries grow with the crowd`,
    open: (world) => SqlBaseline.open(world, 'version-column.mjs'),
  },
  {
    name: 'redis-lock',
    title: 'Redis lock around SQL',
    mode: 'answer',
    share: 0.03,
    falls: `${LINE}; a lock that runs out while held lets two in`,
    open: (world) => SqlBaseline.open(world, 'redis-lock.mjs'),
  },
];
