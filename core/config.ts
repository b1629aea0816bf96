import { z } from 'zod';
import { MAX_LANE } from './domain/ids.js';
import { ConfigError } from './errors.js';

const switchOf = z.enum(['on', 'off']).transform((value) => value === 'on');

const secret = z
  .string()
  .refine((text) => Buffer.byteLength(text, 'utf8') >= 32, 'must have at least 32 bytes');

const origins = z.string().transform((text) => text.split(',').map((part) => part.trim()));

/** `TRUST_PROXY`: off, a number of hops, or addresses and subnets that Express understands. */
const trustProxy = z.string().transform((text): false | number | string => {
  if (text === 'off') return false;
  return /^\d+$/.test(text) ? Number(text) : text;
});

const opsTokens = z.string().transform((text, context) => {
  const tokens = new Map<string, string>();
  for (const pair of text.split(',')) {
    const at = pair.indexOf(':');
    const name = at === -1 ? 'ops' : pair.slice(0, at).trim();
    const token = pair.slice(at + 1).trim();
    if (!/^[\w.-]{1,64}$/.test(name) || token.length < 24 || tokens.has(name)) {
      context.addIssue({
        code: 'custom',
        message: 'must be name:token,… with different names and tokens of at least 24 characters',
      });
      return z.NEVER;
    }
    tokens.set(name, token);
  }
  return tokens;
});

const port = z.coerce.number().int().min(0).max(65_535);
const redisUrl = z.string().regex(/^rediss?:\/\/\S+$/, 'must be redis://host:port[/db]');
const databaseUrl = z.string().regex(/^mysql:\/\/\S+$/, 'must be mysql://user:password@host/db');

const shared = {
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: databaseUrl,
};

const lanes = {
  REDIS_URL: redisUrl,
  LANES: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LANE + 1)
    .default(2),
};

const gateway = {
  ...shared,
  ...lanes,
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  SESSION_SECRET: secret,
  OPS_TOKENS: opsTokens,
  TRUST_PROXY: trustProxy.default(false),
  ALLOWED_ORIGINS: origins.default([]),
  BUYER_CONFIRM: switchOf.default(true),
  RATE_LIMIT: switchOf.default(true),
  MAX_SOCKETS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
};

const worker = {
  ...shared,
  ...lanes,
  ARCHIVE_AFTER_SECONDS: z.coerce.number().int().min(0).max(31_536_000).default(3600),
};

const migrate = { ...shared, LANES: lanes.LANES };

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the named variables, empty ones counting as unset, and names all that is wrong at once. */
function read<Shape extends z.core.$ZodLooseShape>(shape: Shape, env: Env) {
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return given[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
  });
  throw new ConfigError(`${wrong.join('; ')}. .env.example lists every variable.`);
}

/** The gateway's settings. `OPS_TOKEN=…` alone stands for `OPS_TOKENS=ops:…`. */
export function readGatewayConfig(env: Env) {
  const OPS_TOKENS = env.OPS_TOKENS || (env.OPS_TOKEN && `ops:${env.OPS_TOKEN}`);
  return read(gateway, { ...env, OPS_TOKENS });
}

export function readWorkerConfig(env: Env) {
  return read(worker, env);
}

export function readMigrateConfig(env: Env) {
  return read(migrate, env);
}

export type GatewayConfig = ReturnType<typeof readGatewayConfig>;
export type WorkerConfig = ReturnType<typeof readWorkerConfig>;
