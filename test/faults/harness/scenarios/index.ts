import type { Scenario } from '../scenario.js';
import { scenarios as clocks } from './clocks.js';
import { scenarios as killPoints } from './kill-points.js';
import { scenarios as network } from './network.js';
import { scenarios as pairs } from './pairs.js';
import { scenarios as process } from './process.js';
import { scenarios as redisKilled } from './redis-killed.js';

/** Every fault that the harness knows. */
export const scenarios: readonly Scenario[] = [
  ...process,
  ...killPoints,
  ...network,
  ...clocks,
  ...pairs,
];
