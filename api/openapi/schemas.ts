import { z } from 'zod';
import { ANSWERS, REQUESTS } from './components.js';

/** A JSON Schema of the 2020-12 dialect: what OpenAPI 3.1 speaks. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export function referTo(component: string) {
  return { $ref: `#/components/schemas/${component}` } as const;
}

/** Takes out what zod adds for itself and what nobody reads. */
function tidy({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  // Clients are to ignore members that they do not know: we may grow.
  if (isOpen(jsonSchema.additionalProperties)) delete jsonSchema.additionalProperties;
  // Means "not in requests" in OpenAPI; here it is TypeScript's.
  delete jsonSchema.readOnly;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // The format says the same in nine characters rather than in three hundred.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}

/** Whether members that are not named are all forbidden or all allowed. */
function isOpen(more: unknown): boolean {
  return more === false || (typeof more === 'object' && Object.keys(more ?? {}).length === 0);
}

type Side = 'input' | 'output';

function tidied(side: Side) {
  // A time is text when it comes in; what it becomes inside is nobody's business.
  return { io: side, override: tidy, unrepresentable: 'any' } as const;
}

/** One schema by itself. */
export function jsonSchemaOf(schema: z.ZodType, side: Side): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, tidied(side));
  return rest;
}

function named(schemas: Readonly<Record<string, z.ZodType>>, side: Side) {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const uri = (id: string) => referTo(id).$ref;
  const made = z.toJSONSchema(registry, { ...tidied(side), uri }).schemas;
  return Object.entries(made).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [
    id,
    schema,
  ]);
}

/** Every named object, with references to each other. */
export function componentSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries([...named(ANSWERS, 'output'), ...named(REQUESTS, 'input')]);
}
