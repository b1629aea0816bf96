import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** What one page has tried that its rules forbid, and what went wrong in it. */
export interface Sightings {
  /** `directive: what was blocked`, by the Content-Security-Policy. */
  readonly violations: string[];
  /** Exceptions that nobody caught. */
  readonly errors: string[];
  /** Every address that was asked for. */
  readonly requests: string[];
  /** Texts of alert, confirm and prompt. */
  readonly dialogs: string[];
}

export interface WatchedPage {
  readonly page: Page;
  readonly seen: Sightings;
}

/** A real Chromium that npm test has found; started once for each suite. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Skips the suite of `context` where there is no browser: npm test has said why. */
  static async open(context: Mocha.Context): Promise<TestBrowser> {
    const executablePath = process.env.BROWSER_PROGRAM;
    if (!executablePath) context.skip();
    // Chromium has no sandbox for root; what these tests open is our own.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new TestBrowser(await chromium.launch({ executablePath, args }));
  }

  /** A page in a profile of its own, in English, with everything suspicious written down. */
  async page(origin: string): Promise<WatchedPage> {
    const context = await this.#browser.newContext({ baseURL: origin, locale: 'en-US' });
    this.#contexts.push(context);
    const page = await context.newPage();
    return { page, seen: await watch(page) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#browser.close();
  }
}

async function watch(page: Page): Promise<Sightings> {
  const seen: Sightings = { violations: [], errors: [], requests: [], dialogs: [] };
  page.on('pageerror', ({ message }) => seen.errors.push(message));
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('dialog', async (dialog) => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.exposeFunction('noteViolation', (what: string) => seen.violations.push(what));
  // Text, since tests are compiled without the types of a browser.
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', (event) => {
      noteViolation(event.effectiveDirective + ': ' + event.blockedURI);
    });
  `);
  return seen;
}
