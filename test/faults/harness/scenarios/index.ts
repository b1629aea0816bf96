import type { Scenario } from '../scenario.js';
import { scenarios as process } from './process.js';
import { scenarios as redisKilled } from './redis-killed.js';

/** Every fault that the harness knows. */
export const scenarios: readonly Scenario[] = [...process, ...redisKilled];
