import * as reports from '../../core/report-schemas.js';
import * as answers from '../../core/response-schemas.js';
import * as asked from '../../core/schemas.js';

/** Every named object that is answered; the names are those of core/contract.ts. */
export const ANSWERS = {
  Timestamp: answers.timestamp,
  Attempt: answers.attempt,
  AttemptPage: answers.pageOf(answers.attempt),
  Product: answers.product,
  ProductPage: answers.pageOf(answers.product),
  ProductStock: answers.productStock,
  Sale: answers.sale,
  SalePage: answers.pageOf(answers.sale),
  Cart: answers.cart,
  Order: answers.order,
  OrderPage: answers.pageOf(answers.order),
  GuestSession: answers.guestSession,
  OpsSession: answers.opsSession,
  SaleAudit: answers.saleAudit,
  SaleFigures: reports.saleFigures,
  OpsAttempts: reports.opsAttempts,
  OpsActions: reports.opsActions,
  SaleReport: reports.saleReport,
  Lane: answers.lane,
  LanePage: answers.pageOf(answers.lane),
  Alive: answers.alive,
  Ready: answers.ready,
  Problem: answers.problem,
  AttemptAck: answers.attemptAck,
  WatchAck: answers.watchAck,
  UnwatchAck: answers.unwatchAck,
} as const;

/** Every named object that is sent to us: the schemas that the doors parse with. */
export const REQUESTS = {
  EnterSale: asked.attemptBody,
  Confirm: asked.confirmBody,
  PlaceOrder: asked.orderBody,
  PutCartItem: asked.cartItemBody,
  OpsLogin: asked.opsSessionBody,
  CreateProduct: asked.createProductBody,
  UpdateProduct: asked.updateProductBody,
  CreateSale: asked.createSaleBody,
  UpdateSale: asked.updateSaleBody,
  Restock: asked.restockBody,
  AttemptRequest: asked.attemptMessage,
  WatchRequest: asked.watchMessage,
} as const;

export type AnswerName = keyof typeof ANSWERS;
export type RequestName = keyof typeof REQUESTS;
