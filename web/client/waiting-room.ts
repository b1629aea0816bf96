/**
 * What a buyer's page knows about one sale, and how each piece of news changes it. Pure: no DOM,
 * no clock, no network. News may come late, twice or out of order; what is shown only goes forward.
 */
import type { Attempt, Link, Sale, TimeToGo, Trouble } from './dropgate-client.js';
import { type LineWatch, UNWATCHED, watchLine, withPromise } from './time-to-go.js';

export type Sending = 'join' | 'leave' | 'confirm';

export interface Room {
  readonly sale: Sale | null;
  readonly missing: boolean;
  readonly attempt: Attempt | null;
  /** The place as shown: it only falls while the attempt stays in its state. */
  readonly ahead: number | null;
  /** The first place shown, for the progress bar. */
  readonly startedAhead: number | null;
  /** How the line moves, while the attempt is in it. */
  readonly line: LineWatch;
  readonly link: Link;
  readonly sending: Sending | null;
  readonly trouble: Trouble | null;
  /** The code of the last refusal, until the buyer acts again or the sale changes. */
  readonly refusal: string | null;
  /** The server has said that the shop confirms, not the buyer. */
  readonly shopConfirms: boolean;
  /** The shop forgot the attempt after a fault: the buyer has to join again. */
  readonly lost: boolean;
}

export type News =
  | { type: 'sale'; sale: Sale }
  | { type: 'no-sale' }
  | { type: 'attempt'; attempt: Attempt }
  | { type: 'attempt-lost'; id: string }
  | { type: 'link'; link: Link }
  | { type: 'promised'; id: string; promise: TimeToGo }
  | { type: 'sending'; what: Sending }
  | { type: 'retrying'; trouble: Trouble }
  | { type: 'recovered' }
  | { type: 'answered'; attempt: Attempt }
  | { type: 'refused'; code: string }
  | { type: 'stopped' };

export const EMPTY_ROOM: Room = {
  sale: null,
  missing: false,
  attempt: null,
  ahead: null,
  startedAhead: null,
  line: UNWATCHED,
  link: 'connecting',
  sending: null,
  trouble: null,
  refusal: null,
  shopConfirms: false,
  lost: false,
};

/** A sale this much older than the shown one means that the server's clock was set back. */
const CLOCK_STEP_MS = 10_000;

export function isLive(attempt: Attempt | null): boolean {
  return attempt !== null && ['waiting', 'held', 'standby'].includes(attempt.state);
}

/** Whether `next` is news: a later version of the same attempt, or a later attempt. */
export function isNews(shown: Attempt | null, next: Attempt): boolean {
  if (shown === null) return true;
  return next.id === shown.id ? next.version >= shown.version : next.ticket > shown.ticket;
}

export function reduce(room: Room, news: News): Room {
  switch (news.type) {
    case 'sale':
      return withSale(room, news.sale);
    case 'no-sale':
      return { ...room, missing: true };
    case 'attempt':
      return withAttempt(room, news.attempt);
    case 'attempt-lost':
      return withoutAttempt(room, news.id);
    case 'link':
      return { ...room, link: news.link };
    case 'promised':
      if (room.attempt?.id !== news.id) return room;
      return { ...room, line: withPromise(room.line, news.promise) };
    case 'sending':
      return { ...room, sending: news.what, trouble: null, refusal: null };
    case 'retrying':
      return { ...room, trouble: news.trouble };
    case 'recovered':
      return room.sending === null ? { ...room, trouble: null } : room;
    case 'answered':
      return withAnswer({ ...room, sending: null, trouble: null }, news.attempt);
    case 'refused':
      return withRefusal({ ...room, sending: null, trouble: null }, news.code);
    case 'stopped':
      return { ...room, sending: null, trouble: null };
  }
}

function withRefusal(room: Room, code: string): Room {
  return { ...room, refusal: code, shopConfirms: room.shopConfirms || code === 'confirm-by-shop' };
}

function withSale(room: Room, sale: Sale): Room {
  const age = room.sale ? Date.parse(room.sale.serverTime) - Date.parse(sale.serverTime) : 0;
  if (age > 0 && age < CLOCK_STEP_MS) return room;
  const changed = room.sale !== null && room.sale.state !== sale.state;
  const refusal = changed ? null : room.refusal;
  return withPlace({ ...room, sale, missing: false, refusal }, room.attempt);
}

function withAttempt(room: Room, attempt: Attempt): Room {
  if (!isNews(room.attempt, attempt)) return room;
  return withPlace({ ...room, attempt, lost: false, refusal: null }, room.attempt);
}

/** The answer to the buyer's own press: after lost data its ticket may be below an ended one's. */
function withAnswer(room: Room, attempt: Attempt): Room {
  const follows = room.attempt?.id !== attempt.id && !isLive(room.attempt);
  return withAttempt(follows ? { ...room, attempt: null } : room, attempt);
}

function withoutAttempt(room: Room, id: string): Room {
  if (room.attempt?.id !== id) return room;
  const lost = isLive(room.attempt);
  return { ...room, attempt: null, ahead: null, startedAhead: null, line: UNWATCHED, lost };
}

/** Works out the place anew; `before` is the attempt that the place in `room` belongs to. */
function withPlace(room: Room, before: Attempt | null): Room {
  const { attempt } = room;
  if (attempt === null) return room;
  const same = before !== null && before.id === attempt.id && before.state === attempt.state;
  const known = [same ? room.ahead : null, attempt.ahead, servedAhead(attempt, room.sale)];
  const places = known.filter((place) => place !== null);
  const queues = attempt.state === 'waiting' || attempt.state === 'standby';
  const ahead = queues && places.length > 0 ? Math.max(0, Math.min(...places)) : null;
  const startedAhead = same ? (room.startedAhead ?? ahead) : ahead;
  return { ...room, ahead, startedAhead, line: lineOf(room, attempt, same) };
}

function lineOf({ sale, line }: Room, attempt: Attempt, same: boolean): LineWatch {
  if (attempt.state !== 'waiting' || sale === null) return UNWATCHED;
  const sample = { at: Date.parse(sale.serverTime), serving: sale.line.serving };
  return watchLine(same ? line : UNWATCHED, sample, attempt.ticket);
}

/** The place by "now serving": one broadcast lets every waiting page compute its own. */
function servedAhead(attempt: Attempt, sale: Sale | null): number | null {
  if (attempt.state !== 'waiting' || sale === null || sale.id !== attempt.saleId) return null;
  return attempt.ticket - sale.line.serving;
}
