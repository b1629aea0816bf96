import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Reply } from './client.js';

type Node = Record<string, unknown>;

/** Times as docs/api.md promises them: stricter than the format. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Holds answers against a description of the API. What the description leaves open so that answers
 * may grow is closed here: a member that is answered and not described is found.
 */
export class Described {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #document: Node;

  constructor(document: unknown) {
    const copy = JSON.parse(JSON.stringify(document)) as { components: { schemas: Node } };
    for (const [name, schema] of Object.entries(copy.components.schemas)) {
      // A problem is one of the schemas that extend it; alone it may hold anything.
      if (name !== 'Problem') close(schema);
    }
    this.#document = copy;
    this.#ajv.addFormat('date-time', TIME);
    this.#ajv.addSchema({ ...copy, $id: 'document' });
  }

  /** Checks an answer of a route, such as `GET /api/sales/:id`, from its status to its members. */
  expect(route: string, reply: Reply): void {
    const what = `${route}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 500)}`;
    const [method = '', path = ''] = route.split(' ');
    const template = path.replace(/:(\w+)/g, '{$1}');
    const place = ['paths', template, method.toLowerCase(), 'responses', String(reply.status)];
    const response = this.#at(place);
    expect(response, `${what} is not described`).to.be.an('object');
    const type = (reply.headers.get('content-type') ?? '').split(';')[0] as string;
    const content = (response?.content ?? {}) as Node;
    expect(Object.keys(content), what).to.include(type);
    this.#expectHeaders((response?.headers ?? {}) as Node, reply, what);
    const validate = this.#ajv.getSchema(pointerTo([...place, 'content', type, 'schema']));
    expect(validate, what).to.be.a('function');
    validate?.(reply.body);
    expect(validate?.errors ?? [], what).to.deep.equal([]);
  }

  /** Checks what came over a socket against a component. */
  expectComponent(name: string, value: unknown): void {
    const validate = this.#ajv.getSchema(pointerTo(['components', 'schemas', name]));
    expect(validate, name).to.be.a('function');
    validate?.(value);
    expect(validate?.errors ?? [], JSON.stringify(value)).to.deep.equal([]);
  }

  #expectHeaders(headers: Node, reply: Reply, what: string): void {
    for (const name of Object.keys(headers)) {
      // Of problems with one status some say when to come back, others cannot know.
      if (reply.status >= 400 && reply.body.retryAfter === undefined) continue;
      // What was found instead of made has no new address.
      if (name === 'Location' && reply.status === 200 && !reply.headers.has('location')) continue;
      expect(reply.headers.get(name), `${what}: ${name}`).to.be.a('string');
    }
  }

  #at(path: readonly string[]): Node | undefined {
    let node: unknown = this.#document;
    for (const step of path) node = (node as Node | undefined)?.[step];
    return node as Node | undefined;
  }
}

function pointerTo(path: readonly string[]): string {
  const steps = path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'));
  return `document#/${steps.map(encodeURIComponent).join('/')}`;
}

/** Forbids what is not named, in this schema and in those inside it. */
function close(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const node = schema as Node;
  if (node.allOf) {
    node.unevaluatedProperties = false;
    // Its parts name some members each; those inside the members are closed all the same.
    for (const part of node.allOf as Node[]) closeAll(part.properties);
    return;
  }
  if (node.properties && !node.additionalProperties) node.additionalProperties = false;
  closeAll(node.properties);
  closeAll(node.oneOf);
  closeAll(node.anyOf);
  close(node.items);
}

function closeAll(schemas: unknown): void {
  for (const schema of Object.values(schemas ?? {})) close(schema);
}
