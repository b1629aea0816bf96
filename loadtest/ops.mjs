/** What the load test asks of the ops API: a product and a fresh sale of its own. */

const TIMEOUT_MS = 15_000;

/**
 * Creates a product and a sale that is open from its first moment.
 * @returns {Promise<{id: string}>}
 */
export async function createSale(settings) {
  const { stock, scenario, holdSeconds, standby, buyers } = settings;
  const product = await createProduct(settings, `Load test ${scenario}`, 0);
  return post(settings, '/sales', {
    productId: product.id,
    title: `Load test ${scenario}`,
    stock,
    perBuyerLimit: 1,
    opensAt: null,
    closesAt: null,
    holdSeconds,
    standbyLimit: standby ? buyers : 0,
  });
}

/**
 * Ordinary goods, fewer than the carts will want, so that some orders meet an empty shelf.
 * @returns {Promise<{id: string, stock: number}[]>}
 */
export async function createGoods(settings) {
  const stock = Math.max(Math.floor(settings.stock / 10), 1);
  const goods = [];
  for (let number = 1; number <= settings.goods; number += 1) {
    const name = `Load test ${settings.scenario}, ordinary ${number}`;
    const { id } = await createProduct(settings, name, stock);
    goods.push({ id, stock });
  }
  return goods;
}

function createProduct(settings, name, stock) {
  const description = 'Made by npm run loadtest';
  return post(settings, '/products', { name, description, price: 19_900, currency: 'KRW', stock });
}

function post({ targets, opsToken }, path, body) {
  return postAsOps(`${targets[0]}/api/ops${path}`, opsToken, body);
}

async function postAsOps(url, token, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause) => {
    throw new Error(`POST ${url}: ${cause.cause?.code ?? cause.message}`, { cause });
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`POST ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
