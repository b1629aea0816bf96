import { useState } from 'preact/hooks';
import {
  callersOf,
  type Description,
  type Parameter,
  type Route,
  type Schema,
} from './description.js';
import { t } from './docs-texts.js';
import { exampleOf } from './example.js';
import { headersFor, type Tokens } from './tokens.js';

interface TryFormProps {
  readonly route: Route;
  readonly body: Schema | undefined;
  readonly description: Description;
  readonly tokens: Tokens;
}

type Values = Readonly<Record<string, string>>;

type Outcome =
  | { readonly kind: 'none' | 'sending' | 'failed' }
  | {
      readonly kind: 'answered';
      readonly status: string;
      readonly ms: number;
      readonly text: string;
    };

/** Headers that say how to go on. */
const TELLING = ['Retry-After', 'Location'];

/** A form that sends the operation to this very server and shows what it answers. */
export function TryForm({ route, body, description, tokens }: TryFormProps) {
  const { operation } = route;
  const [values, setValues] = useState<Values>({});
  const [text, setText] = useState(() => body && pretty(exampleOf(body, description)));
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const id = (name: string) => `${operation.operationId}-${name}`;

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    setOutcome({ kind: 'sending' });
    setOutcome(await answerTo(requestOf(route, values, text, tokens)));
  }

  return (
    <form class="fields" onSubmit={send}>
      <h4>{t('try.title')}</h4>
      {operation.parameters.map((parameter) => (
        <Field
          key={parameter.name}
          id={id(parameter.name)}
          parameter={parameter}
          value={values[parameter.name] ?? ''}
          onChange={(value) => setValues({ ...values, [parameter.name]: value })}
        />
      ))}
      {text === undefined ? null : (
        <>
          <label for={id('body')}>{t('try.body')}</label>
          <textarea
            id={id('body')}
            rows={Math.min(12, text.split('\n').length + 1)}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </>
      )}
      <button type="submit" class="secondary" disabled={outcome.kind === 'sending'}>
        {t('try.send', { name: `${route.method} ${route.path}` })}
      </button>
      <p role="status">{wordsFor(outcome)}</p>
      {outcome.kind === 'answered' ? <pre lang="en">{outcome.text}</pre> : null}
    </form>
  );
}

interface FieldProps {
  readonly id: string;
  readonly parameter: Parameter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ id, parameter, value, onChange }: FieldProps) {
  return (
    <>
      <label for={id}>{t('try.field', { name: parameter.name, where: parameter.in })}</label>
      <input
        id={id}
        autocomplete="off"
        spellcheck={false}
        required={parameter.required}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}

function requestOf(
  route: Route,
  values: Values,
  text: string | undefined,
  tokens: Tokens,
): Request {
  const { method, path, operation } = route;
  const query = new URLSearchParams();
  const headers = new Headers(headersFor(callersOf(operation), tokens));
  let address = path;
  for (const { name, in: where } of operation.parameters) {
    const value = values[name] ?? '';
    if (where === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '' && where === 'query') query.set(name, value);
    else if (value !== '') headers.set(name, value);
  }
  if (text !== undefined) headers.set('Content-Type', 'application/json');
  const asked = query.size > 0 ? `?${query}` : '';
  return new Request(`${address}${asked}`, {
    method,
    headers,
    ...(text === undefined ? {} : { body: text }),
  });
}

async function answerTo(request: Request): Promise<Outcome> {
  const from = performance.now();
  try {
    const response = await fetch(request);
    const body = await response.text();
    const ms = Math.round(performance.now() - from);
    const told = TELLING.filter((name) => response.headers.has(name));
    const lines = told.map((name) => `${name}: ${response.headers.get(name)}\n`).join('');
    const status = `${response.status} ${response.statusText}`.trim();
    return { kind: 'answered', status, ms, text: `${lines}${prettyText(body)}` };
  } catch {
    return { kind: 'failed' };
  }
}

function wordsFor(outcome: Outcome): string {
  if (outcome.kind === 'none') return '';
  if (outcome.kind !== 'answered') return t(`try.${outcome.kind}`);
  return t('try.took', { status: outcome.status, ms: String(outcome.ms) });
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function prettyText(text: string): string {
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}
