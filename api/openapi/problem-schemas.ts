import { z } from 'zod';
import { timestamp } from '../../core/response-schemas.js';
import { PROBLEMS, type ProblemCode } from '../problems.js';
import type { Operation } from './operation.js';
import { type JsonSchema, jsonSchemaOf, referTo } from './schemas.js';

const retryAfter = z.int().min(1).describe('Seconds; the Retry-After header says the same.');

const linesInTheWay = z.array(
  z.object({
    productId: z.string(),
    attemptId: z.string().nullable(),
    quantity: z.int(),
    available: z.int(),
  }),
);

/** What a client needs to go on, by the code of the problem. */
const MEMBERS: Partial<Record<ProblemCode, z.ZodRawShape>> = {
  'sale-not-open': { opensAt: timestamp },
  'stock-in-use': { available: z.int() },
  'out-of-stock': { lines: linesInTheWay },
  'hold-expired': { lines: linesInTheWay.optional() },
  'invalid-request': { errors: z.array(z.object({ path: z.string(), message: z.string() })) },
  'too-many-requests': { retryAfter },
  overloaded: { retryAfter },
  recovering: { retryAfter, checks: z.record(z.string(), z.boolean()).optional() },
};

/** Addresses that are served also while load is shed. */
const NEVER_SHED = /^(?:\/healthz|\/readyz|\/metrics|\/api\/ops\/)/;

/** The component that holds the schema of one problem. */
function componentOf(code: ProblemCode): string {
  const name = code.replace(/(?:^|-)(\w)/g, (_dash, letter: string) => letter.toUpperCase());
  return `${name}Problem`;
}

/** Every problem by its component's name. */
export function problemComponents(): Record<string, JsonSchema> {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return Object.fromEntries(codes.map((code) => [componentOf(code), schemaOf(code)]));
}

function schemaOf(code: ProblemCode): JsonSchema {
  const [status, title] = PROBLEMS[code];
  const own = jsonSchemaOf(
    z.looseObject({ code: z.literal(code), status: z.literal(status), ...MEMBERS[code] }),
    'output',
  );
  return { title, allOf: [referTo('Problem'), own] };
}

/** All that a route may refuse with: what its table row says, and what follows from its kind. */
export function problemsOf(route: string, operation: Operation): ProblemCode[] {
  const [, path = ''] = route.split(' ');
  const { for: who, body, query, key, problems = [] } = operation;
  const codes = new Set<ProblemCode>(['origin-not-allowed', 'too-many-requests', 'internal']);
  const add = (...more: ProblemCode[]) => more.forEach((code) => void codes.add(code));
  if (who !== 'anybody') add('unauthenticated');
  if (body) add('malformed-json', 'too-large', 'unsupported-media-type');
  if (body || query || key) add('invalid-request');
  if (path.includes(':')) add('not-found');
  if (path.startsWith('/api/')) add('recovering');
  if (!NEVER_SHED.test(path)) add('overloaded');
  add(...problems);
  return [...codes].sort();
}

/** The responses of one route that are problems, by status. */
export function problemResponses(route: string, operation: Operation): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route, operation)) {
    const [status] = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [status, response(codes)]),
  );
}

function response(codes: readonly ProblemCode[]) {
  const waits = codes.some((code) => MEMBERS[code] && 'retryAfter' in MEMBERS[code]);
  const headers = waits
    ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }
    : {};
  return {
    description: codes.map((code) => `\`${code}\``).join(' or '),
    ...headers,
    content: { 'application/problem+json': { schema: oneOf(codes) } },
  };
}

function oneOf(codes: readonly ProblemCode[]): JsonSchema {
  const [only, ...others] = codes;
  if (only && others.length === 0) return referTo(componentOf(only));
  const mapping = codes.map((code) => [code, referTo(componentOf(code)).$ref]);
  return {
    oneOf: codes.map((code) => referTo(componentOf(code))),
    discriminator: { propertyName: 'code', mapping: Object.fromEntries(mapping) },
  };
}
