// The floor: what a bare node:http server takes that reads the same request, parses its body and
// answers 202 with the body that Dropgate answers. It checks nobody and sells nothing.
import { listen } from './door.mjs';

let ticket = 0;

listen((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { quantity } = JSON.parse(Buffer.concat(parts).toString());
    const saleId = request.url?.split('/')[3];
    ticket += 1;
    const body = JSON.stringify({
      id: `${saleId}-${ticket}-floor0`,
      saleId,
      quantity,
      state: 'waiting',
      ticket,
      ahead: 0,
      holdExpiresAt: null,
      orderId: null,
      reason: null,
      version: 1,
    });
    response.writeHead(202, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
