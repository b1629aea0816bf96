/** What the load test asks of the ops API: a product and a fresh sale of its own. */

const TIMEOUT_MS = 15_000;

/** Holds outlast any run, so that a unit which was held once stays held until the verdict. */
const HOLD_SECONDS = 600;

/**
 * Creates a product and a sale that is open from its first moment.
 * @returns {Promise<{id: string}>}
 */
export async function createSale({ targets, opsToken, stock, scenario }) {
  const post = (path, body) => postAsOps(`${targets[0]}/api/ops${path}`, opsToken, body);
  const product = await post('/products', {
    name: `Load test ${scenario}`,
    description: 'Made by npm run loadtest',
    price: 19_900,
    currency: 'KRW',
    stock: 0,
  });
  return post('/sales', {
    productId: product.id,
    title: `Load test ${scenario}`,
    stock,
    perBuyerLimit: 1,
    opensAt: null,
    closesAt: null,
    holdSeconds: HOLD_SECONDS,
    standbyLimit: 0,
  });
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
