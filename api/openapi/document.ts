import { idempotencyKey } from '../../core/schemas.js';
import { VERSION } from '../../core/version.js';
import { BUYER_OPERATIONS } from './buyer-operations.js';
import { type Operation, type Operations, TAGS } from './operation.js';
import { OPS_OPERATIONS } from './ops-operations.js';
import { PROBE_OPERATIONS } from './probe-operations.js';
import { problemComponents, problemResponses } from './problem-schemas.js';
import { REPORT_OPERATIONS } from './report-operations.js';
import { componentSchemas, type JsonSchema, jsonSchemaOf, referTo } from './schemas.js';
import { describeSocket } from './socket-events.js';

/** Every route that is described, by `METHOD /path`. */
export const OPERATIONS: Operations = {
  ...BUYER_OPERATIONS,
  ...OPS_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...PROBE_OPERATIONS,
};

const INTRODUCTION = `Admission for flash sales. Times are RFC 3339 in UTC with milliseconds, absent
values are null, money is an integer in minor units. Lists are {items, nextCursor}. Errors are
RFC 9457 problems; decide by their code. Whoever is told to wait is told for how long by Retry-After.
The results of attempts come over Socket.IO as they happen: see x-socketio.`.replace(/\n/g, ' ');

const HEADERS = {
  RetryAfter: {
    description: 'Seconds to wait before asking again.',
    schema: { type: 'integer', minimum: 1 },
  },
  Location: {
    description: 'The address of what was made.',
    schema: { type: 'string', format: 'uri-reference' },
  },
};

const SECURITY_SCHEMES = {
  buyer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'HS256, sub = buyer id, aud = buyer, exp: minted by the shop or for a guest.',
  },
  ops: { type: 'http', scheme: 'bearer', description: 'An ops token.' },
  opsSession: {
    type: 'apiKey',
    in: 'cookie',
    name: 'dropgate_ops',
    description: 'What logging in sets. Unsafe methods are taken from our own pages only.',
  },
};

const SECURITY = {
  anybody: [],
  buyers: [{ buyer: [] }],
  operators: [{ ops: [] }, { opsSession: [] }],
};

/** The whole description: OpenAPI 3.1, made from the schemas that the doors parse with. */
export function describeApi() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dropgate',
      version: VERSION,
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(OPERATIONS),
    components: {
      schemas: { ...componentSchemas(), ...problemComponents() },
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
    'x-socketio': describeSocket(),
  };
}

function pathsOf(operations: Operations) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ');
    const template = path.replace(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: described(route, operation) };
  }
  return paths;
}

function described(route: string, operation: Operation) {
  const { id, summary, tag, body } = operation;
  const requestBody = {
    required: true,
    content: { 'application/json': { schema: body && referTo(body) } },
  };
  return {
    operationId: id,
    summary,
    tags: [tag],
    security: SECURITY[operation.for],
    parameters: parametersOf(route, operation),
    ...(body ? { requestBody } : {}),
    responses: { ...successes(operation), ...problemResponses(route, operation) },
  };
}

function successes({ answers, headers = [] }: Operation) {
  const named = headers.map((name) => [
    name,
    { $ref: `#/components/headers/${name.replace('-', '')}` },
  ]);
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      {
        description: SUCCESSES[status] ?? 'Done.',
        ...(named.length > 0 ? { headers: Object.fromEntries(named) } : {}),
        content: contentOf(answer),
      },
    ]),
  );
}

const SUCCESSES: Readonly<Record<string, string>> = {
  200: 'As it is now.',
  201: 'Made.',
  202: 'Taken, and on disk.',
};

function contentOf(answer: string): JsonSchema {
  if (!answer.includes('/')) return { 'application/json': { schema: referTo(answer) } };
  const type = answer === 'application/json' ? 'object' : 'string';
  return { [answer]: { schema: { type } } };
}

function parametersOf(route: string, { query, key }: Operation) {
  const inPath = [...route.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [...inPath, ...queryParameters(query), ...(key ? [keyParameter(key)] : [])];
}

function queryParameters(query: Operation['query']) {
  if (!query) return [];
  const { properties = {} } = jsonSchemaOf(query, 'input') as { properties?: object };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
}

function keyParameter(key: 'optional' | 'required') {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required: key === 'required',
    description: 'The same key again has the effect of once, for at least 24 hours.',
    schema: jsonSchemaOf(idempotencyKey, 'input'),
  };
}
