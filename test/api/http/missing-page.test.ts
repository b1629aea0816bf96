import { expect } from 'chai';
import { System } from '../../support/system.js';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('An address at which there is nothing', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  async function answerTo(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const reply = await system.stranger().send(method, path, undefined, headers);
    return [reply.status, reply.headers.get('content-type')?.split(';')[0]];
  }

  it('is a page for a browser and a problem for a program', async () => {
    const page = [404, 'text/html'];
    const problem = [404, 'application/problem+json'];
    expect(await answerTo('/nothing', BROWSER)).to.deep.equal(page);
    expect(await answerTo('/nothing')).to.deep.equal(problem);
    expect(await answerTo('/nothing', { accept: 'application/json' })).to.deep.equal(problem);
    expect(await answerTo('/nothing', BROWSER, 'POST')).to.deep.equal(problem);
    for (const path of ['/api/nothing', '/assets/nothing.js', '/client/nothing.js']) {
      expect(await answerTo(path, BROWSER), path).to.deep.equal(problem);
    }
  });
});
