import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { routesOf } from '../../../api/http/routes.js';
import { describeApi, OPERATIONS } from '../../../api/openapi/document.js';
import { problemsOf } from '../../../api/openapi/problem-schemas.js';
import { ASKED, TOLD } from '../../../api/openapi/socket-events.js';
import { PROBLEMS } from '../../../api/problems.js';
import type { Services } from '../../../api/services.js';

describe('The description of the API', () => {
  const document = describeApi();

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    // Through JSON, as clients get it.
    const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
    expect(errors ?? []).to.deep.equal([]);
    expect(valid).to.equal(true);
    expect(validator.version).to.equal('3.1');
  });

  it('describes every route, and no other', () => {
    // The table needs no services to be listed; nothing is called.
    const services = { stores: {}, config: {} } as unknown as Services;
    const routes = routesOf(services).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(Object.keys(OPERATIONS)).to.have.members(routes);
  });

  it('gives every operation a name of its own', () => {
    const ids = Object.values(OPERATIONS).map(({ id }) => id);
    expect([...new Set(ids)]).to.deep.equal(ids);
  });

  it('names no component that there is not, and none that nothing names', () => {
    const text = JSON.stringify(document);
    const named = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect([...new Set(named)]).to.have.members(Object.keys(document.components.schemas));
  });

  it('lets every problem occur somewhere', () => {
    const all = Object.entries(OPERATIONS).flatMap(([route, one]) => problemsOf(route, one));
    expect([...new Set(all)]).to.have.members(Object.keys(PROBLEMS));
  });
});

describe('The events of Socket.IO', () => {
  const text = readFileSync('docs/socket-io.md', 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));

  it('are described in docs/socket-io.md as /openapi.json describes them, each once', () => {
    const asked = Object.entries(ASKED).map(
      ([event, { message, acknowledgement, summary }]) =>
        `| \`${event}\` | \`${message}\` | \`${acknowledgement}\` | ${summary} |`,
    );
    const told = Object.entries(TOLD).map(
      ([event, { message, summary, ...rest }]) =>
        `| \`${event}\` | \`${message}${'list' in rest ? '[]' : ''}\` | ${summary} |`,
    );
    expect(rows).to.deep.equal([...asked, ...told]);
  });

  it('are all there are in core/contract.ts', () => {
    const contract = readFileSync('core/contract.ts', 'utf8');
    const eventsOf = (name: string) => {
      const [, body = ''] = contract.split(`interface ${name} {`);
      return [...(body.split('\n}')[0] ?? '').matchAll(/^ {2}(\w+): \(/gm)].map(
        ([, event]) => event,
      );
    };
    expect(Object.keys(ASKED)).to.have.members(eventsOf('ClientToServerEvents'));
    expect(Object.keys(TOLD)).to.have.members(eventsOf('ServerToClientEvents'));
  });
});
