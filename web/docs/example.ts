import { type Description, membersOf, resolved, type Schema } from './description.js';

/** A value that a schema would let pass, or nearly: ids are for the visitor to fill in. */
export function exampleOf(schema: Schema, description: Description): unknown {
  const whole = resolved(schema, description);
  if (whole.default !== undefined) return whole.default;
  if (whole.const !== undefined) return whole.const;
  const [first] = whole.enum ?? whole.anyOf ?? whole.oneOf ?? [];
  if (whole.enum) return first;
  if (first !== undefined) return exampleOf(first as Schema, description);
  return ofType(whole, description);
}

function ofType(schema: Schema, description: Description): unknown {
  const [type] = [schema.type].flat();
  if (schema.properties) return objectOf(schema, description);
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  return schema.format === 'date-time' ? new Date().toISOString() : '';
}

/** What is needed, and of the rest what has no value of its own. */
function objectOf(schema: Schema, description: Description): Record<string, unknown> {
  const members = membersOf(schema, description);
  const needed = members.filter(({ required }) => required);
  return Object.fromEntries(
    (needed.length > 0 ? needed : members.slice(0, 1)).map(({ name, member }) => [
      name,
      exampleOf(member, description),
    ]),
  );
}
