/** Who may use a route; for buyers' routes, how another one would reach for what is not theirs. */
export type Door =
  | { readonly for: 'anybody' }
  | { readonly for: 'operators'; readonly body?: unknown }
  | { readonly for: 'buyers'; readonly body?: unknown; readonly reach: 'by id' | 'own only' };

export const PAID = { paymentReference: 'paid' };

/**
 * Every route. One that is not named here fails the test: whoever adds it says who may use it.
 * `by id`: the id in its path may be another buyer's; `own only`: it answers with what is one's own.
 */
export const DOORS: Readonly<Record<string, Door>> = {
  'get /healthz': { for: 'anybody' },
  'get /readyz': { for: 'anybody' },
  'get /metrics': { for: 'anybody' },
  'get /openapi.json': { for: 'anybody' },
  'post /api/sessions': { for: 'anybody' },
  'get /api/products': { for: 'anybody' },
  'get /api/products/:id': { for: 'anybody' },
  'get /api/products/:id/stock': { for: 'anybody' },
  'get /api/sales': { for: 'anybody' },
  'get /api/sales/:id': { for: 'anybody' },
  'post /api/sales/:id/attempts': { for: 'buyers', body: { quantity: 1 }, reach: 'own only' },
  'get /api/attempts': { for: 'buyers', reach: 'own only' },
  'get /api/attempts/:id': { for: 'buyers', reach: 'by id' },
  'delete /api/attempts/:id': { for: 'buyers', reach: 'by id' },
  'post /api/attempts/:id/confirm': { for: 'buyers', body: PAID, reach: 'by id' },
  'get /api/cart': { for: 'buyers', reach: 'own only' },
  'put /api/cart/items/:productId': { for: 'buyers', body: { quantity: 1 }, reach: 'own only' },
  'delete /api/cart/items/:productId': { for: 'buyers', reach: 'own only' },
  'post /api/orders': { for: 'buyers', body: PAID, reach: 'own only' },
  'get /api/orders': { for: 'buyers', reach: 'own only' },
  'get /api/orders/:id': { for: 'buyers', reach: 'by id' },
  // Logging in and out: whoever has no token or session gets nothing by them.
  'post /api/ops/session': { for: 'anybody' },
  'delete /api/ops/session': { for: 'anybody' },
  'post /api/ops/products': { for: 'operators', body: { name: 'x', price: 1 } },
  'patch /api/ops/products/:id': { for: 'operators', body: { price: 1 } },
  'post /api/ops/sales': { for: 'operators', body: { title: 'x', stock: 1 } },
  'patch /api/ops/sales/:id': { for: 'operators', body: { title: 'x' } },
  'post /api/ops/sales/:id/pause': { for: 'operators' },
  'post /api/ops/sales/:id/resume': { for: 'operators' },
  'post /api/ops/sales/:id/close': { for: 'operators' },
  'post /api/ops/sales/:id/restock': { for: 'operators', body: { quantity: 1 } },
  'post /api/ops/attempts/:id/confirm': { for: 'operators', body: PAID },
  'get /api/ops/sales/:id/audit': { for: 'operators' },
  'get /api/ops/sales/:id/figures': { for: 'operators' },
  'get /api/ops/sales/:id/attempts': { for: 'operators' },
  'get /api/ops/sales/:id/report': { for: 'operators' },
  'get /api/ops/sales/:id/report.csv': { for: 'operators' },
  'get /api/ops/actions': { for: 'operators' },
  'get /api/ops/lanes': { for: 'operators' },
};

/** Every page, and whether it is there for operators only. */
export const PAGES: Readonly<Record<string, 'anybody' | 'operators'>> = {
  '/': 'anybody',
  '/sales/:id': 'anybody',
  '/docs': 'anybody',
  '/products/:id': 'anybody',
  '/cart': 'anybody',
  '/orders': 'anybody',
  '/orders/:id': 'anybody',
  '/ops/login': 'anybody',
  '/ops': 'operators',
  '/ops/products': 'operators',
  '/ops/trail': 'operators',
  '/ops/sales/new': 'operators',
  '/ops/sales/:id': 'operators',
  '/ops/sales/:id/report': 'operators',
  '/ops/queues': 'operators',
};

/** The routes for one kind of caller. */
export function doorsFor<Who extends Door['for']>(who: Who) {
  type Named = Extract<Door, { readonly for: Who }>;
  return Object.entries(DOORS)
    .filter((entry): entry is [string, Named] => entry[1].for === who)
    .map(([route, door]) => {
      const [method = '', path = ''] = route.split(' ');
      return { route, method: method.toUpperCase(), path, door };
    });
}
