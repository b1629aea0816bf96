import type { Scenario } from '../scenario.js';
import { scenarios as process } from './process.js';

/** Every fault that the harness knows. */
export const scenarios: readonly Scenario[] = [...process];
