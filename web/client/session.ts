import type { GuestSession } from '../../core/contract.js';
import { type Answer, type Call, send } from './http.js';
import { locked, readStored, removeStored, writeStored } from './storage.js';

const STORAGE_KEY = 'dropgate.session';
/** A token this close to its end is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000;

/** The stored session, shared by all tabs; `null` when there is none that is good. */
function stored(): GuestSession | null {
  const session = readStored<GuestSession>(STORAGE_KEY);
  if (session === null || typeof session.token !== 'string') return null;
  return Date.parse(session.expiresAt) - RENEW_BEFORE_MS > Date.now() ? session : null;
}

/** The guest's session. Two tabs that open together end up with the same one. */
async function session(): Promise<Answer<GuestSession>> {
  const known = stored();
  if (known) return { kind: 'ok', body: known, retryAfterMs: null };
  return locked(STORAGE_KEY, async () => {
    const meanwhile = stored();
    if (meanwhile) return { kind: 'ok', body: meanwhile, retryAfterMs: null };
    const answer = await send<GuestSession>({ method: 'POST', path: '/api/sessions' });
    if (answer.kind === 'ok') writeStored(STORAGE_KEY, answer.body);
    return answer;
  });
}

/** The token to connect a socket with; `null` when none can be had just now. */
export async function currentToken(): Promise<string | null> {
  const answer = await session();
  return answer.kind === 'ok' ? answer.body.token : null;
}

/** Forgets a token that the server refused, unless another tab has renewed it already. */
export function forget(token: string): void {
  if (readStored<GuestSession>(STORAGE_KEY)?.token === token) removeStored(STORAGE_KEY);
}

/** Sends as the guest; a token that the server refuses is renewed once. */
export async function sendAsGuest<T>(call: Call): Promise<Answer<T>> {
  let answer: Answer<T> = { kind: 'unreachable' };
  for (let tries = 0; tries < 2; tries++) {
    const guest = await session();
    if (guest.kind !== 'ok') return guest;
    answer = await send<T>({ ...call, token: guest.body.token });
    if (answer.kind !== 'problem' || answer.problem.status !== 401) return answer;
    forget(guest.body.token);
  }
  return answer;
}
