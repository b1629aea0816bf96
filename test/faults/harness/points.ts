import { Script } from '../../../lua/script.js';
import { aroundOf, type Step } from '../../support/fragile.js';
import { answered, buyerAt, opsAt, sideSale } from './errand.js';
import type { Stand } from './stand.js';

/** A moment in which a process is killed, and what brings it about if it does not come by itself. */
export interface Point extends Step {
  readonly provoke?: (stand: Stand) => Promise<unknown>;
}

const LEDGER = /update `lanes` set `ledger_number`/;
const TOKEN = /update `lanes` set `fencing_token`/;
const COMMIT = /COMMIT/;
const JOB = /evalsha[\s\S]*:bull:waiting-room-/i;

const SCRIPTS = [
  ...['decide', 'expire', 'raise-fence', 'trim-feed', 'renew-lease', 'acquire-lease', 'archive'],
  ...['enter', 'confirm', 'leave', 'pin', 'restock', 'configure'],
].map((name) => new Script(name));

/** Redis is to know all scripts by their hashes before the first kill. */
export async function loadScripts({ run }: Stand): Promise<void> {
  for (const { source } of SCRIPTS) await run.system.redis.script('LOAD', source);
}

/** Before and after a script. */
function around(name: string, provoke?: Point['provoke']): Point[] {
  const script = SCRIPTS.find((one) => one.name === name);
  if (!script) throw new Error(`no script ${name}`);
  const steps = aroundOf(name, 'redis', new RegExp(script.sha));
  return steps.map((step) => (provoke ? { ...step, provoke } : step));
}

/** A hold beside the crowd's sale whose deadline comes at once. */
async function shortHold(stand: Stand): Promise<void> {
  const sale = await sideSale(stand, { holdSeconds: 1 });
  const path = `/api/sales/${sale}/attempts`;
  await answered(stand, (gateway) => buyerAt(gateway, 'hasty').post(path, { quantity: 1 }));
}

/** A sale beside the crowd's that is over. */
async function finishedSale(stand: Stand): Promise<void> {
  const sale = await sideSale(stand, {});
  await answered(stand, (gateway) => opsAt(gateway).post(`/api/ops/sales/${sale}/close`));
}

/** What the lane's owner does. */
export const OWNER_POINTS: readonly Point[] = [
  ...around('decide'),
  ...around('trim-feed'),
  ...around('renew-lease'),
  ...around('expire', shortHold),
  ...around('archive', finishedSale),
  ...aroundOf('the ledger moves on', 'mysql', LEDGER),
  ...aroundOf('COMMIT', 'mysql', LEDGER, COMMIT),
];

/** What the worker does that takes a dead owner's lane over. */
export const HEIR_POINTS: readonly Point[] = [
  ...around('acquire-lease'),
  ...aroundOf('the token rises in MySQL', 'mysql', TOKEN),
  ...aroundOf('COMMIT of the token', 'mysql', TOKEN, COMMIT),
  ...around('raise-fence'),
];

/** What a gateway does; those who go on errands bring it about. */
export const GATEWAY_POINTS: readonly Point[] = [
  ...around('enter'),
  ...aroundOf('the job after enter', 'redis', JOB),
  ...around('confirm'),
  ...around('leave'),
  ...around('pin'),
  ...around('restock'),
  ...around('configure'),
];
