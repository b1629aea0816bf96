/** What the page says and offers, drawn from what it knows. Pure, as the waiting room is. */
import type { Attempt, Sale } from '../../core/contract.js';
import { isLive, type Room, type TroubleKind } from './waiting-room.js';

export type Phase =
  | 'loading'
  | 'not-found'
  | 'scheduled'
  | 'open'
  | 'paused'
  | 'sold-out'
  | 'closed'
  | 'sending'
  | 'waiting'
  | 'held'
  | 'hold-ending'
  | 'standby'
  | 'confirmed'
  | 'left'
  | 'released'
  | 'expired'
  | 'missed'
  | 'rejected'
  | 'lost';

export type Banner = TroubleKind | 'polling';

/** `now` is server time in milliseconds, here and below. */
export function phaseOf(room: Room, now: number): Phase {
  if (room.missing) return 'not-found';
  if (room.sale === null) return 'loading';
  if (room.attempt !== null && isLive(room.attempt)) return ofAttempt(room.attempt, now);
  if (room.sending === 'buy') return 'sending';
  if (room.lost) return 'lost';
  return room.attempt === null ? ofSale(room.sale, now) : ofAttempt(room.attempt, now);
}

function ofAttempt(attempt: Attempt, now: number): Phase {
  switch (attempt.state) {
    case 'held':
      return holdLeft(attempt, now) > 0 ? 'held' : 'hold-ending';
    case 'released':
      return attempt.holdExpiresAt === null ? 'left' : 'released';
    case 'sold-out':
      return 'missed';
    default:
      return attempt.state;
  }
}

function ofSale(sale: Sale, now: number): Phase {
  if (sale.state === 'archived') return 'closed';
  return sale.state === 'scheduled' && opensIn(sale, now) <= 0 ? 'open' : sale.state;
}

export function opensIn(sale: Sale, now: number): number {
  return sale.opensAt === null ? 0 : Date.parse(sale.opensAt) - now;
}

export function holdLeft(attempt: Attempt, now: number): number {
  return attempt.holdExpiresAt === null ? 0 : Date.parse(attempt.holdExpiresAt) - now;
}

/** How many the buyer may still ask for, as far as this page knows; the door has the last word. */
export function quantityLimit(room: Room): number {
  if (room.sale === null) return 1;
  const bought = room.attempt?.state === 'confirmed' ? room.attempt.quantity : 0;
  return Math.max(0, room.sale.perBuyerLimit - bought);
}

/** Whether Buy is offered. It shows before opening too, but works only from then on. */
export function buying(room: Room, now: number): 'hidden' | 'disabled' | 'enabled' {
  if (room.missing || room.sale === null || isLive(room.attempt)) return 'hidden';
  if (quantityLimit(room) === 0) return 'hidden';
  const phase = ofSale(room.sale, now);
  if (phase === 'closed' || phase === 'sold-out') return 'hidden';
  return phase === 'open' && room.sending === null ? 'enabled' : 'disabled';
}

/** What the buyer may give up: the place in line, the goods, or nothing. */
export function leaving(room: Room, now: number): 'line' | 'hold' | null {
  if (room.attempt === null || !isLive(room.attempt)) return null;
  if (room.attempt.state !== 'held') return 'line';
  return holdLeft(room.attempt, now) > 0 ? 'hold' : null;
}

/** The one thing about the connection that the buyer should know, if any. */
export function bannerOf(room: Room): Banner | null {
  if (room.trouble !== null) return room.trouble.kind;
  if (room.link === 'offline') return 'offline';
  return room.link === 'polling' && isLive(room.attempt) ? 'polling' : null;
}

/** How long to wait before asking for the attempt although the socket is up; `null` = not at all. */
export function askAgainAfter(room: Room, now: number): number | null {
  if (room.attempt === null) return null;
  if (room.attempt.state === 'standby') return 15_000;
  return room.attempt.state === 'held' && holdLeft(room.attempt, now) < -1_000 ? 3_000 : null;
}
