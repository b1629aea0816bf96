import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import { System } from '../support/system.js';

// Tests run from dist/test/browser.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXAMPLE = readFileSync(`${ROOT}docs/examples/own-page.html`, 'utf8');

/** What a shop may write: each line is right or wrong by the library's types alone. */
const SHOP_PAGE = `
import { connect, type RoomState } from './dropgate-client.js';
const room = connect({ token: async () => 'a token' }).sale('s0-0000000000');
const show = (state: RoomState): string =>
  state.phase === 'held' ? state.attempt.holdExpiresAt : String(state.chance?.level);
room.subscribe((state) => void show(state));
// @ts-expect-error nobody is told a deadline in line
const wrong = (state: RoomState): string => state.phase === 'waiting' ? state.attempt.holdExpiresAt : '';
// @ts-expect-error a quantity is a number
void room.join('1');
export { wrong };
`;

/** A shop's own server at an origin of its own, with nothing of ours but the example page. */
class Shop {
  readonly #server: Server;
  html = '';
  policy = '';

  constructor() {
    this.#server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader('Content-Security-Policy', this.policy);
      response.end(this.html);
    });
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }
}

describe("The client library on a shop's own page", () => {
  let system: System;
  let browser: TestBrowser;
  let gateway: string;
  const shop = new Shop();
  const stranger = new Shop();

  before(async function () {
    browser = await TestBrowser.open(this);
    await Promise.all([shop.open(), stranger.open()]);
    system = await System.start({ lanes: 1, env: { ALLOWED_ORIGINS: shop.origin } });
    gateway = system.urls[0] as string;
    for (const one of [shop, stranger]) {
      // The policy that docs/client-library.md asks for, and the inline script of the example.
      const socket = gateway.replace('http', 'ws');
      one.policy = `default-src 'none'; script-src 'unsafe-inline' ${gateway}; connect-src ${gateway} ${socket}`;
    }
  });

  after(async () => {
    shop.close();
    stranger.close();
    await browser?.close();
    await system?.stop();
  });

  /** The example, with a gateway and a sale of this test. */
  async function visit(one: Shop, sale: string): Promise<WatchedPage> {
    one.html = EXAMPLE.replace('https://dropgate.example', gateway).replace('s0-0000000000', sale);
    expect(one.html).to.include(gateway).and.to.include(sale);
    const watched = await browser.page(one.origin);
    await watched.page.goto('/');
    return watched;
  }

  it('buys by the very example of the documentation, from an origin that is allowed', async () => {
    const sale = await system.createSale({ stock: 3 });
    const { page, seen } = await visit(shop, sale);
    const news = page.locator('#news');
    await page.locator('#buy:enabled').waitFor();
    await page.locator('#buy').click();
    await news.filter({ hasText: 'held' }).waitFor();
    await page.locator('#pay').click();
    await news.filter({ hasText: 'confirmed' }).waitFor();
    const { body } = await system.stranger().get(`/api/sales/${sale}`);
    expect(body.stock).to.deep.equal({ total: 3, available: 2, held: 0, sold: 1 });
    const [socket] = await Promise.all([page.waitForEvent('websocket'), page.reload()]);
    expect(socket.url()).to.include(new URL(gateway).host);
    await news.filter({ hasText: 'confirmed' }).waitFor();
    expect(seen.violations).to.deep.equal([]);
    expect(seen.errors).to.deep.equal([]);
    await page.close();
  });

  it('does nothing from an origin that is not allowed', async () => {
    const { page, seen } = await visit(stranger, await system.createSale());
    const asked = `fetch('${gateway}/api/sales').then(({ status }) => status, () => 'unreadable')`;
    expect(await page.evaluate(asked)).to.equal('unreadable');
    expect(await page.locator('#news').textContent()).to.equal('One moment…');
    expect(seen.errors).to.deep.equal([]);
    await page.close();
  });

  it('carries its types with it, which a page of a shop is checked by', async () => {
    const { status, body, headers } = await system.stranger().get('/client/dropgate-client.d.ts');
    expect(status).to.equal(200);
    expect(headers.get('access-control-allow-origin')).to.equal('*');
    expect(body).to.include('export declare function connect');
    expect(body, 'it needs no other file').to.not.match(/from '/);
    const directory = mkdtempSync(`${tmpdir()}/dropgate-types-`);
    try {
      writeFileSync(`${directory}/dropgate-client.d.ts`, body);
      writeFileSync(`${directory}/page.ts`, SHOP_PAGE);
      const options = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'esnext',
      ];
      const lib = ['--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--types', ''];
      const compiler = `${ROOT}node_modules/.bin/tsc`;
      const files = [`${directory}/page.ts`, `${directory}/dropgate-client.d.ts`];
      const run = promisify(execFile)(compiler, [...options, ...lib, ...files]);
      const said = await run.catch(({ stdout }: { stdout: string }) => ({ stdout }));
      expect(said.stdout).to.equal('');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
