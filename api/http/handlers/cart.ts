import type { Request, Response } from 'express';
import { isProductId } from '../../../core/domain/ids.js';
import { cartItemBody } from '../../../core/schemas.js';
import { invalidRequest, NO_SUCH_PRODUCT, RECOVERING } from '../../problems.js';
import type { Services } from '../../services.js';
import { bodyOf, paramOf, sendProblem } from '../exchange.js';
import { buyerOf } from '../gatekeeping.js';

/** Different ordinary goods in one cart. */
const ITEM_LIMIT = 100;

export function cartHandlers({ carts, catalog, stores }: Services) {
  async function reply(response: Response): Promise<void> {
    const cart = await carts.read(buyerOf(response));
    if (cart === null) return sendProblem(response, RECOVERING);
    response.set('Cache-Control', 'no-store').json(cart);
  }

  return {
    /** GET /api/cart */
    async read(_request: Request, response: Response): Promise<void> {
      await reply(response);
    },

    /** PUT /api/cart/items/:productId: stock is looked at when the cart is ordered. */
    async put(request: Request, response: Response): Promise<void> {
      const { quantity } = bodyOf(request, cartItemBody);
      const productId = paramOf(request, 'productId');
      const product = isProductId(productId) ? await catalog.find(productId) : null;
      if (!product) return sendProblem(response, NO_SUCH_PRODUCT);
      const items = await stores.carts.items(buyerOf(response));
      if (items.length >= ITEM_LIMIT && !items.some((item) => item.productId === productId)) {
        const message = `a cart holds at most ${ITEM_LIMIT} different goods`;
        return sendProblem(response, invalidRequest([{ path: 'productId', message }]));
      }
      await stores.carts.put(buyerOf(response), { productId, quantity });
      await reply(response);
    },

    /** DELETE /api/cart/items/:productId */
    async remove(request: Request, response: Response): Promise<void> {
      await stores.carts.remove(buyerOf(response), paramOf(request, 'productId').slice(0, 32));
      await reply(response);
    },
  };
}
