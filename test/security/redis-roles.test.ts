import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { connectRedis, type RedisClient, untilReady } from '../../core/redis.js';
import { eventually } from '../support/eventually.js';
import { asRole, forgetRefusals, hasRoles, type Role } from '../support/redis-roles.js';

const ROLES: readonly Role[] = ['gateway', 'worker'];

/** What would destroy, reconfigure, stop or spy on everything. */
const FORBIDDEN = [
  'FLUSHALL',
  'FLUSHDB',
  'CONFIG GET *',
  'CONFIG SET appendonly no',
  'CONFIG RESETSTAT',
  'KEYS *',
  'SCAN 0',
  'RANDOMKEY',
  'SWAPDB 0 9',
  'DEBUG SLEEP 0',
  'SHUTDOWN NOSAVE',
  'SCRIPT FLUSH',
  'SCRIPT KILL',
  'FUNCTION FLUSH',
  'ACL LIST',
  'ACL SETUSER gateway +@all',
  'ACL LOG RESET',
  'MODULE LIST',
  'REPLICAOF 127.0.0.1 1',
  'FAILOVER',
  'SAVE',
  'BGSAVE',
  'BGREWRITEAOF',
  'MONITOR',
  'CLIENT KILL TYPE normal',
  'CLIENT PAUSE 1',
  'CLUSTER RESET',
  'MIGRATE 127.0.0.1 1 dropgate:2:x 0 1',
  'RESTORE dropgate:2:x 0 x',
  'DUMP dropgate:2:x',
  'OBJECT ENCODING dropgate:2:x',
  'RENAME dropgate:2:x dropgate:2:y',
  'SORT dropgate:2:x',
  'SUBSCRIBE dropgate:2:x',
  'PUBLISH dropgate:2:x y',
  'LATENCY RESET',
  'SLOWLOG GET',
];

/** The sources of a side of Dropgate, and the user whose rights they have. */
const SOURCES: Readonly<Record<Role, string>> = { gateway: 'api', worker: 'workers' };

function redisUrl(): string {
  const url = new URL(process.env.REDIS_URL as string);
  url.pathname = '/11';
  return url.href;
}

/** A script as Redis gets it. */
function scriptSource(name: string): string {
  const text = readFileSync(`lua/${name}.lua`, 'utf8');
  return text.replace(/^--include (\w+)$/gm, (_, part) => scriptSource(`fragments/${part}`));
}

/** Commands of every script that this side may run, by the wrappers that it imports. */
function commandsOfScripts(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts'));
  const text = sources.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n');
  const wrappers = new Set([...text.matchAll(/lua\/([\w-]+)\.js/g)].map(([, name]) => name));
  const commands = new Set<string>();
  for (const wrapper of wrappers) {
    const source = readFileSync(`lua/${wrapper}.ts`, 'utf8');
    for (const [, script] of source.matchAll(/new Script\('([\w-]+)'\)/g)) {
      const calls = scriptSource(script as string).matchAll(/redis\.p?call\(\s*'(\w+)'/g);
      for (const [, command] of calls) commands.add((command as string).toLowerCase());
    }
  }
  return [...commands].sort();
}

describe('The users of Redis', () => {
  let admin: RedisClient;
  const clients = {} as Record<Role, RedisClient>;
  const foreign = `foreign:${randomBytes(4).toString('hex')}`;
  const own = `dropgate:2:{lane-0}:${randomBytes(4).toString('hex')}`;

  before(async function () {
    // A server that someone named by REDIS_URL has whatever users its owner gave it.
    if (!hasRoles()) this.skip();
    admin = connectRedis(redisUrl(), 'lane', () => undefined);
    await untilReady(admin);
    await admin.set(foreign, 'untouched');
    for (const role of ROLES) {
      clients[role] = connectRedis(asRole(role, redisUrl()), 'lane', () => undefined);
      await untilReady(clients[role]);
    }
  });

  after(async () => {
    if (!admin) return;
    expect(await admin.get(foreign)).to.equal('untouched');
    await admin.flushdb();
    await forgetRefusals(admin);
    await Promise.all([admin, ...Object.values(clients)].map((client) => client.quit()));
  });

  /** What Redis says to a command that it refuses; '' when it took it. */
  async function refusalOf(role: Role, command: string, ...args: string[]): Promise<string> {
    const sent = (clients[role] as RedisClient).call(command, ...args);
    return sent.then(
      () => '',
      (error: Error) => error.message,
    );
  }

  /** Asks Redis, with as many arguments as the command wants. */
  async function mayRun(role: Role, command: string): Promise<boolean> {
    const [[, arity] = []] = (await admin.call('COMMAND', 'INFO', command)) as [string, number][];
    const args = Array.from({ length: Math.abs(arity ?? 1) - 1 }, () => '0');
    const said = await admin.call('ACL', 'DRYRUN', role, command, ...args);
    return !/no permissions to run/.test(String(said));
  }

  for (const role of ROLES) {
    it(`refuse the ${role} every command that destroys, configures, stops or spies`, async () => {
      for (const line of FORBIDDEN) {
        const [command = '', ...args] = line.split(' ');
        // DEBUG is off for everybody, which Redis looks at first.
        const refused = /^(NOPERM |ERR DEBUG command not allowed)/;
        expect(await refusalOf(role, command, ...args), line).to.match(refused);
      }
    });

    it(`keep the ${role} away from keys that are not Dropgate's`, async () => {
      for (const key of [foreign, 'dropgate:1:lane', 'dropgate', 'dropgate:2', '{lane-0}', '']) {
        expect(await refusalOf(role, 'GET', key), key).to.match(/^NOPERM /);
        expect(await refusalOf(role, 'SET', key, 'x'), key).to.match(/^NOPERM /);
        expect(await refusalOf(role, 'HGETALL', key), key).to.match(/^NOPERM /);
        expect(await refusalOf(role, 'DEL', own, key), key).to.match(/^NOPERM /);
        expect(await refusalOf(role, 'XREAD', 'STREAMS', own, key, '0', '0')).to.match(/^NOPERM /);
      }
    });

    it(`hold for scripts that the ${role} sends, for keys that are named and for hidden ones`, async () => {
      const named = await refusalOf(
        role,
        'EVAL',
        "return redis.call('GET', KEYS[1])",
        '1',
        foreign,
      );
      expect(named).to.match(/^NOPERM /);
      const hidden = `redis.call('SET', '${foreign}', 'x')`;
      expect(await refusalOf(role, 'EVAL', hidden, '0')).to.match(
        /can't access at least one of the keys|NOPERM/,
      );
      for (const command of ["'FLUSHALL'", "'FLUSHDB'", "'CONFIG','GET','*'", "'KEYS','*'"]) {
        const refused = await refusalOf(role, 'EVAL', `return redis.call(${command})`, '0');
        expect(refused, command).to.match(/can't run this command|NOPERM|not allowed from script/);
      }
    });

    it(`let the ${role} do with Dropgate's own keys what it is there for`, async () => {
      const client = clients[role] as RedisClient;
      await client.hset(own, 'a', '1');
      const script = "return redis.call('HGET', KEYS[1], 'a')";
      expect(await client.eval(script, 1, own)).to.equal('1');
      expect(await client.info('server')).to.match(/run_id:[0-9a-f]{40}/);
      expect(await client.time()).to.have.lengthOf(2);
    });

    it(`allow the ${role} every command in the scripts that its side runs`, async () => {
      const needed = commandsOfScripts(SOURCES[role]);
      expect(needed).to.include('hset');
      const missing: string[] = [];
      for (const command of [...needed, 'eval', 'evalsha', 'info', 'ping']) {
        if (!(await mayRun(role, command))) missing.push(command);
      }
      expect(await mayRun(role, 'flushall')).to.equal(false);
      expect(missing, 'add them to docker/redis-roles.conf').to.deep.equal([]);
    });

    it(`let nobody be the ${role} by another's password or by none`, async () => {
      for (const password of ['', 'wrong', new URL(redisUrl()).password]) {
        const url = new URL(asRole(role, redisUrl()));
        url.password = password;
        const errors: string[] = [];
        const intruder = connectRedis(url.href, 'door', ({ message }) => errors.push(message));
        const said = () => Promise.resolve(errors.join('\n'));
        expect(await eventually(said, (text) => text !== '')).to.match(/WRONGPASS|NOAUTH/);
        intruder.disconnect();
      }
    });
  }
});
