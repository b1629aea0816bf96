import type { Scenario } from '../scenario.js';
import { scenarios as clocks } from './clocks.js';
import { scenarios as cluster } from './cluster.js';
import { scenarios as killPoints } from './kill-points.js';
import { scenarios as mysql } from './mysql.js';
import { scenarios as network } from './network.js';
import { scenarios as pairs } from './pairs.js';
import { scenarios as plainBullmq } from './plain-bullmq.js';
import { scenarios as process } from './process.js';
import { scenarios as redisAofCut } from './redis-aof-cut.js';
import { scenarios as redisFrozen } from './redis-frozen.js';
import { scenarios as redisFull } from './redis-full.js';
import { scenarios as redisKilled } from './redis-killed.js';
import { scenarios as redisLost } from './redis-lost.js';

/** Every fault that the harness knows. */
export const scenarios: readonly Scenario[] = [
  ...process,
  ...killPoints,
  ...network,
  ...clocks,
  ...pairs,
  ...redisKilled,
  ...redisFrozen,
  ...redisFull,
  ...redisLost,
  ...redisAofCut,
  ...mysql,
  ...cluster,
  ...plainBullmq,
];
