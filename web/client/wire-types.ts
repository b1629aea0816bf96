/**
 * The library's declarations stand alone, so that a shop needs one file; here they are held against
 * the wire's. A difference is a type error.
 */
import type * as wire from '../../core/contract.js';
import type * as shop from './dropgate-client.js';

type Same<A, B> = [A, B] extends [B, A] ? true : never;
type AllSame<Pairs extends readonly true[]> = Pairs;

export type Checked = AllSame<
  [
    Same<wire.Attempt, shop.Attempt>,
    Same<wire.Sale, shop.Sale>,
    Same<wire.Product, shop.Product>,
    Same<wire.ProductStock, shop.ProductStock>,
    Same<wire.Cart, shop.Cart>,
    Same<wire.Order, shop.Order>,
    Same<wire.Problem, shop.Problem>,
    Same<wire.Page<string>, shop.Page<string>>,
  ]
>;
