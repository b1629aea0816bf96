import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './setup/failure.mjs';
import { writePrivately } from './setup/secrets.mjs';

/** The won has no smaller unit: an amount in minor units is the amount in won. */
const PRODUCTS = [
  {
    name: '달항아리 — Moon Jar',
    description:
      '손으로 빚은 백자 달항아리, 높이 30 cm. 번호가 새겨진 한정판입니다. / A white porcelain moon jar, thrown by hand, 30 cm. A numbered edition.',
    price: 189_000,
    stock: 40,
  },
  {
    name: '한지 조명 — Hanji Lamp',
    description:
      '전통 한지로 감싼 은은한 테이블 조명. / A table lamp wrapped in traditional mulberry paper.',
    price: 74_000,
    stock: 120,
  },
  {
    name: '나전 명함함 — Mother-of-Pearl Card Case',
    description:
      '나전칠기 장인이 자개를 올린 명함함. / A lacquered card case inlaid with mother-of-pearl.',
    price: 52_000,
    stock: 200,
  },
  {
    name: '놋수저 세트 — Brass Spoon and Chopsticks',
    description:
      '방짜 유기 수저 두 벌과 받침. / Two sets of hand-forged brass spoon and chopsticks, with rests.',
    price: 63_000,
    stock: 150,
  },
  {
    name: '우전 녹차 — First-Flush Green Tea',
    description:
      '곡우 전에 딴 하동 우전, 40 g. / Green tea from Hadong, picked before the spring rains, 40 g.',
    price: 48_000,
    stock: 300,
  },
  {
    name: '한정판 운동화 서울 — Limited Sneaker "Seoul"',
    description:
      '100켤레만 만든 한정판 운동화. / A sneaker made in a hundred pairs only, sold in the demo sale.',
    price: 159_000,
    stock: 10,
  },
];

const SALE = {
  title: '서울 한정판 선착순 — Seoul Limited Drop',
  stock: 100,
  perBuyerLimit: 2,
  opensAt: null,
  closesAt: null,
  holdSeconds: 300,
  standbyLimit: 0,
};

const RETRIES = 30;
const PAGE = 100;

/**
 * @typedef {{url: string, opsToken: string, signal: AbortSignal}} Target
 * @typedef {{run: string, saleId: string | null}} Note what was made here before
 */

/**
 * Makes the demo catalog and sale by the ops API, unless an earlier run has made them.
 * @param {Target & {dataDir: string}} target
 * @returns {Promise<string>} the sale's id
 */
export async function findDemoSale({ dataDir, ...target }) {
  const file = path.join(dataDir, 'demo.json');
  const note = readNote(file);
  const earlier = await earlierSale(target, note.saleId);
  if (earlier) return keep(file, note, earlier);
  // A note with a sale that is gone: its idempotency keys may be remembered longer than it.
  const run = note.saleId ? randomUUID() : note.run;
  // Noted before the first POST: if this is interrupted, the next start repeats nothing.
  writePrivately(file, { run, saleId: null });
  const productId = await ensureProducts(target, run);
  const sale = await call(target, '/api/ops/sales', { ...SALE, productId }, `demo-sale-${run}`);
  return keep(file, { run, saleId: null }, sale.id);
}

/** @param {string} file @param {Note} note @param {string} saleId */
function keep(file, { run }, saleId) {
  writePrivately(file, { run, saleId });
  return saleId;
}

/** @param {string} file @returns {Note} */
function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { run: randomUUID(), saleId: null };
  }
}

/**
 * @param {Target} target
 * @param {string | null} saleId
 * @returns {Promise<string | null>} of a demo sale that goes on
 */
async function earlierSale(target, saleId) {
  const noted = saleId && (await call(target, `/api/sales/${encodeURIComponent(saleId)}`));
  if (noted && goesOn(noted)) return noted.id;
  const sales = await listAll(target, '/api/sales');
  return sales.find((sale) => sale.title === SALE.title && goesOn(sale))?.id ?? null;
}

/** @param {{state: string}} sale */
function goesOn({ state }) {
  return state !== 'closed' && state !== 'archived';
}

/**
 * @param {Target} target
 * @param {string} run
 * @returns {Promise<string>} the id of the product that the demo sale sells, the last one
 */
async function ensureProducts(target, run) {
  const there = await listAll(target, '/api/products');
  let id = '';
  for (const [index, product] of PRODUCTS.entries()) {
    const found = there.find(({ name }) => name === product.name);
    const body = { ...product, currency: 'KRW' };
    const made =
      found ?? (await call(target, '/api/ops/products', body, `demo-product-${index}-${run}`));
    id = made.id;
  }
  return id;
}

/**
 * @param {Target} target
 * @param {string} route
 */
async function listAll(target, route) {
  const items = [];
  let cursor = '';
  do {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page = await call(target, `${route}?limit=${PAGE}${after}`);
    items.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor);
  return items;
}

/**
 * @param {Target} target
 * @param {string} route
 * @param {object} [body] makes it a POST
 * @param {string} [key] the idempotency key of the POST
 * @returns {Promise<any>} null when there is no such thing
 */
async function call({ url, opsToken, signal }, route, body, key) {
  const request = body && {
    method: 'POST',
    headers: {
      authorization: `Bearer ${opsToken}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  };
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${url}${route}`, { ...request, signal });
    if (response.ok) return response.json();
    const problem = await response.text();
    if (response.status === 404 && !body) return null;
    // Busy or being rebuilt: it says itself when to come again.
    if (![429, 503].includes(response.status) || attempt === RETRIES) {
      throw new SetupError(
        `${body ? 'POST' : 'GET'} ${route} answered ${response.status}. See .dropgate/logs/gateway.log.`,
        { output: problem.slice(0, 2000) },
      );
    }
    await pause((Number(response.headers.get('retry-after')) || 1) * 1000, undefined, { signal });
  }
}
