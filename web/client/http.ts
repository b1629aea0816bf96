import type { Problem } from '../../core/contract.js';
import type { Answer } from './dropgate-client.js';

export type { Answer } from './dropgate-client.js';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  token?: string;
  idempotencyKey?: string;
  body?: unknown;
}

/** Long enough for a slow phone, short enough that a dead connection is noticed. */
const TIMEOUT_MS = 10_000;

/** @param baseUrl where Dropgate is; nothing for a page that Dropgate itself serves */
export async function send<T>(call: Call, baseUrl = ''): Promise<Answer<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.token) headers.authorization = `Bearer ${call.token}`;
  if (call.idempotencyKey) headers['idempotency-key'] = call.idempotencyKey;
  const init: RequestInit = {
    method: call.method,
    headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (call.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(call.body);
  }
  try {
    return await read<T>(await fetch(`${baseUrl}${call.path}`, init));
  } catch {
    return { kind: 'unreachable' };
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  const text = await response.text();
  if (response.ok) return { kind: 'ok', body: (text ? JSON.parse(text) : null) as T, retryAfterMs };
  return { kind: 'problem', problem: problemOf(response, text), retryAfterMs };
}

/** What a proxy's own answer comes to. */
const PROXY_CODES: Record<number, string> = {
  401: 'unauthenticated',
  404: 'not-found',
  429: 'too-many-requests',
  500: 'internal',
  502: 'internal',
  503: 'overloaded',
  504: 'internal',
};

/** A proxy in between may answer in its own words: only the status counts then. */
function problemOf(response: Response, text: string): Problem {
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.code === 'string') return { ...problem, status: response.status };
  } catch {
    // Not JSON: falls through.
  }
  const code = PROXY_CODES[response.status] ?? `http-${response.status}`;
  return { type: 'about:blank', code, title: code, status: response.status, detail: '' };
}

/** Retry-After is a number of seconds or a date; in milliseconds here. */
export function retryAfter(header: string | null, now: number = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), 300_000) : null;
}
