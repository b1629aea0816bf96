/** As much of OpenAPI 3.1 as /openapi.json makes use of. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Content }>
  >;
}

/** An operation with its place. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface SocketEvent {
  readonly summary: string;
  readonly message: Schema;
  readonly acknowledgement?: Schema;
}

export interface Description {
  readonly info: { readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly 'x-socketio': {
    readonly clientToServer: Readonly<Record<string, SocketEvent>>;
    readonly serverToClient: Readonly<Record<string, SocketEvent>>;
  };
}

/** Who may use an operation: what the texts of the page call it. */
export type Callers = 'anybody' | 'buyers' | 'operators';

export function callersOf({ security }: Operation): Callers {
  if (security.some((one) => 'buyer' in one)) return 'buyers';
  return security.some((one) => 'ops' in one) ? 'operators' : 'anybody';
}

export function routesOf({ paths }: Description): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** The name behind a reference to a component. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The schema itself, by however many references it is named. */
export function resolved(schema: Schema, { components }: Description): Schema {
  if (schema.$ref === undefined) return schema;
  const found = components.schemas[nameOf(schema.$ref)];
  return found ? resolved(found, { components } as Description) : {};
}

/** All members of a schema, those of its parts included. */
export function membersOf(schema: Schema, description: Description) {
  const whole = resolved(schema, description);
  const parts = [whole, ...(whole.allOf ?? []).map((part) => resolved(part, description))];
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  const members = new Map(parts.flatMap((part) => Object.entries(part.properties ?? {})));
  return [...members].map(([name, member]) => ({ name, member, required: required.has(name) }));
}
