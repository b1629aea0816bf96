import { callersOf, type Description, type Route, type Schema } from './description.js';
import { t } from './docs-texts.js';
import { Fold } from './fold.js';
import { About, Members, Type } from './schema-table.js';
import type { Tokens } from './tokens.js';
import { TryForm } from './try-form.js';

interface OperationProps {
  readonly route: Route;
  readonly description: Description;
  readonly tokens: Tokens;
}

/** One operation, folded until somebody wants to know more. */
export function OperationPart({ route, description, tokens }: OperationProps) {
  const { method, path, operation } = route;
  const body = operation.requestBody?.content['application/json']?.schema;
  const name = `${method} ${path}`;
  return (
    <Fold
      id={operation.operationId}
      title={
        <>
          <span class="method" data-method={method}>
            {method}
          </span>{' '}
          <code>{path}</code>
        </>
      }
      note={operation.summary}
    >
      <p>{t(`operation.${callersOf(operation)}`)}</p>
      <Parameters name={name} route={route} />
      {body ? (
        <Members caption={t('operation.body', { name })} schema={body} description={description} />
      ) : null}
      <Responses name={name} route={route} />
      <TryForm route={route} body={body} description={description} tokens={tokens} />
    </Fold>
  );
}

interface RouteProps {
  readonly name: string;
  readonly route: Route;
}

function Parameters({ name, route }: RouteProps) {
  const { parameters } = route.operation;
  if (parameters.length === 0) return null;
  return (
    <table>
      <caption>{t('operation.parameters', { name })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('table.name')}</th>
          <th scope="col">{t('table.where')}</th>
          <th scope="col">{t('table.type')}</th>
          <th scope="col">{t('table.about')}</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name: parameter, in: where, required, schema, description: text }) => (
          <tr key={parameter}>
            <th scope="row">
              <code>{parameter}</code> {required ? <small>{t('type.required')}</small> : ''}
            </th>
            <td>
              <code>{where}</code>
            </td>
            <td>
              <Type schema={schema} />
            </td>
            <td>
              <About schema={schema} text={text} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Responses({ name, route }: RouteProps) {
  return (
    <table>
      <caption>{t('operation.responses', { name })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('table.status')}</th>
          <th scope="col">{t('table.answer')}</th>
          <th scope="col">{t('table.about')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(route.operation.responses).map(([status, response]) => (
          <tr key={status}>
            <th scope="row">
              <code>{status}</code>
            </th>
            <td>
              <Answer content={response.content} />
            </td>
            <td lang="en">{response.description.replaceAll('`', '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Answer({
  content,
}: {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}) {
  const [entry] = Object.entries(content);
  if (!entry) return null;
  const [type, { schema }] = entry;
  return type.endsWith('json') && type !== 'application/json' ? (
    <Type schema={schema} />
  ) : type === 'application/json' && schema.$ref ? (
    <Type schema={schema} />
  ) : (
    <code>{type}</code>
  );
}
