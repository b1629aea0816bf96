// The second floor: a bare Express 5 route with helmet and express.json that answers what Dropgate
// answers. It checks nobody and sells nothing.
import express from 'express';
import helmet from 'helmet';
import { listen } from './door.mjs';

let ticket = 0;

const app = express().use(helmet()).use(express.json());
app.post('/api/sales/:saleId/attempts', (request, response) => {
  const { saleId } = request.params;
  ticket += 1;
  response.status(202).json({
    id: `${saleId}-${ticket}-floor0`,
    saleId,
    quantity: request.body.quantity,
    state: 'waiting',
    ticket,
    ahead: 0,
    holdExpiresAt: null,
    orderId: null,
    reason: null,
    version: 1,
  });
});
listen(app);
