import type {
  Answer,
  Calls,
  Cart,
  ConnectOptions,
  Order,
  Page,
  Product,
  ProductStock,
  Sale,
} from './dropgate-client.js';
import { type Call, send } from './http.js';
import { type Identity, identityOf } from './identity.js';

type Attempts = Pick<Calls, 'listAttempts' | 'getAttempt' | 'join' | 'leave' | 'confirm'>;

const id = encodeURIComponent;

/** The calls of the public contract, made by one buyer to one Dropgate. */
export class HttpCalls implements Calls {
  readonly identity: Identity;
  readonly #baseUrl: string;

  constructor(options: ConnectOptions, baseUrl: string) {
    this.#baseUrl = baseUrl;
    this.identity = identityOf(options, baseUrl);
  }

  listSales: Calls['listSales'] = (query = {}) => this.#public<Page<Sale>>('/api/sales', query);
  getSale: Calls['getSale'] = (saleId) => this.#public<Sale>(`/api/sales/${id(saleId)}`);
  listProducts: Calls['listProducts'] = (query = {}) =>
    this.#public<Page<Product>>('/api/products', query);
  getProduct: Calls['getProduct'] = (productId) =>
    this.#public<Product>(`/api/products/${id(productId)}`);
  getStock: Calls['getStock'] = (productId) =>
    this.#public<ProductStock>(`/api/products/${id(productId)}/stock`);

  listAttempts: Attempts['listAttempts'] = (query = {}) =>
    this.#own({ method: 'GET', path: withQuery('/api/attempts', query) });
  getAttempt: Attempts['getAttempt'] = (attemptId) =>
    this.#own({ method: 'GET', path: `/api/attempts/${id(attemptId)}` });
  join: Attempts['join'] = (saleId, quantity, idempotencyKey) =>
    this.#own({
      method: 'POST',
      path: `/api/sales/${id(saleId)}/attempts`,
      ...(idempotencyKey ? { idempotencyKey } : {}),
      body: { quantity },
    });
  leave: Attempts['leave'] = (attemptId) =>
    this.#own({ method: 'DELETE', path: `/api/attempts/${id(attemptId)}` });
  confirm: Attempts['confirm'] = (attemptId, paymentReference) =>
    this.#own({
      method: 'POST',
      path: `/api/attempts/${id(attemptId)}/confirm`,
      body: { paymentReference },
    });

  getCart = () => this.#own<Cart>({ method: 'GET', path: '/api/cart' });
  setCartItem: Calls['setCartItem'] = (productId, quantity) =>
    this.#own({ method: 'PUT', path: `/api/cart/items/${id(productId)}`, body: { quantity } });
  removeCartItem: Calls['removeCartItem'] = (productId) =>
    this.#own({ method: 'DELETE', path: `/api/cart/items/${id(productId)}` });
  placeOrder: Calls['placeOrder'] = (paymentReference, idempotencyKey) =>
    this.#own({ method: 'POST', path: '/api/orders', idempotencyKey, body: { paymentReference } });
  listOrders: Calls['listOrders'] = (query = {}) =>
    this.#own<Page<Order>>({ method: 'GET', path: withQuery('/api/orders', query) });
  getOrder: Calls['getOrder'] = (orderId) =>
    this.#own({ method: 'GET', path: `/api/orders/${id(orderId)}` });

  #public<T>(path: string, query: object = {}): Promise<Answer<T>> {
    return send<T>({ method: 'GET', path: withQuery(path, query) }, this.#baseUrl);
  }

  /** Sends as the buyer; a token that the server refuses is renewed once. */
  async #own<T>(call: Call): Promise<Answer<T>> {
    let answer: Answer<T> = { kind: 'unreachable' };
    for (let tries = 0; tries < 2; tries++) {
      const token = await this.identity.token();
      if (token.kind !== 'ok') return token;
      answer = await send<T>({ ...call, token: token.body }, this.#baseUrl);
      if (answer.kind !== 'problem' || answer.problem.status !== 401) return answer;
      this.identity.refused(token.body);
    }
    return answer;
  }
}

function withQuery(path: string, query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = given.map(([name, value]) => `${name}=${id(String(value))}`).join('&');
  return text === '' ? path : `${path}?${text}`;
}
