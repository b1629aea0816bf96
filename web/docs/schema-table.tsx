import type { ComponentChildren } from 'preact';
import { type Description, membersOf, nameOf, resolved, type Schema } from './description.js';
import { t } from './docs-texts.js';

/** What a value may be, in one line; named objects are links to what they hold. */
export function Type({ schema }: { readonly schema: Schema }): ComponentChildren {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return <a href={`#object-${name}`}>{name}</a>;
  }
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants)
    return variants.map((variant, i) => <Variant key={i} first={i === 0} schema={variant} />);
  if (schema.items) {
    const [before = '', after = ''] = t('type.list').split('{item}');
    return [before, <Type key="item" schema={schema.items} />, after];
  }
  return <code>{plainType(schema)}</code>;
}

function Variant({ first, schema }: { readonly first: boolean; readonly schema: Schema }) {
  return (
    <>
      {first ? '' : t('type.or')}
      <Type schema={schema} />
    </>
  );
}

function plainType(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return schema.format === undefined ? type : `${type}, ${schema.format}`;
}

/** Bounds and the value that is taken when there is none. */
function boundsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, default: preset } = schema;
  const between = (low: number | undefined, high: number | undefined, unit: string) =>
    low === undefined && high === undefined ? [] : [`${low ?? ''}–${high ?? ''}${unit}`];
  return [
    ...between(minimum, maximum, ''),
    ...between(minLength, maxLength, ' characters'),
    ...(schema.pattern === undefined ? [] : [schema.pattern]),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ].join('; ');
}

/** What is to be known of a value besides its type. The description speaks English alone. */
export function About({
  schema,
  text,
}: {
  readonly schema: Schema;
  readonly text?: string | undefined;
}) {
  const words = text ?? schema.description;
  const bounds = boundsOf(schema);
  return (
    <span lang="en">
      {words}
      {words && bounds ? ' ' : ''}
      {bounds ? <code>{bounds}</code> : ''}
    </span>
  );
}

interface MembersProps {
  readonly caption: string;
  readonly schema: Schema;
  readonly description: Description;
}

/** The members of an object; of anything else, its type. */
export function Members({ caption, schema, description }: MembersProps) {
  const members = membersOf(schema, description);
  if (members.length === 0) {
    return (
      <p>
        <Type schema={resolved(schema, description)} />
      </p>
    );
  }
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('table.name')}</th>
          <th scope="col">{t('table.type')}</th>
          <th scope="col">{t('table.about')}</th>
        </tr>
      </thead>
      <tbody>
        {members.map(({ name, member, required }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code> {required ? <small>{t('type.required')}</small> : ''}
            </th>
            <td>
              <Type schema={member} />
            </td>
            <td>
              <About schema={member} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
