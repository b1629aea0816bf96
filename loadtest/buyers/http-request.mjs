import http from 'node:http';
import https from 'node:https';

const REQUEST_TIMEOUT_MS = 10_000;

/** No limit on sockets: a buyer must never wait for a connection that another one uses. */
const AGENTS = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
};

/** Settles with what came back; a lost connection or a timeout is status 0. */
export function send(url, method, token, { key, body }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}` };
  if (text) headers['content-type'] = 'application/json';
  if (text) headers['content-length'] = Buffer.byteLength(text);
  if (key) headers['idempotency-key'] = key;
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    const lost = (error) => resolve({ status: 0, error: error.code ?? error.message });
    const options = { method, headers, agent: AGENTS[url.protocol], timeout: REQUEST_TIMEOUT_MS };
    const call = request(url, options, (response) => collect(response, resolve, lost));
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.once('error', lost);
    call.end(text);
  });
}

function collect(response, resolve, lost) {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.once('error', lost);
  response.once('aborted', () => lost(new Error('aborted')));
  response.once('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
    const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
    resolve({ status: response.statusCode, body: parse(text), retryAfterMs });
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
