/** What a room says and offers, drawn from what it knows. Pure, as the waiting room is. */
import { chanceOf } from './chance.js';
import type { Attempt, Phase, RoomState, Sale, TimeToGo } from './dropgate-client.js';
import { isLive, type Room } from './waiting-room.js';

/** `now` is server time in milliseconds, here and below. */
export function stateOf(room: Room, now: number): RoomState {
  const phase = phaseOf(room, now);
  const known = phase !== 'loading' && phase !== 'not-found';
  const state = {
    phase,
    sale: known ? room.sale : null,
    attempt: known ? room.attempt : null,
    ahead: room.ahead,
    progress: progressOf(room),
    timeToGo: timeToGoOf(room, now),
    chance: room.sale && room.attempt && chanceOf(room.sale, room.attempt, room.ahead),
    link: room.link,
    trouble: room.trouble,
    sending: room.sending,
    refusal: room.refusal,
    joining: joiningOf(room, now),
    quantityLimit: quantityLimit(room),
    leaving: leavingOf(room, now),
    confirming: confirmingOf(room, phase),
  };
  // Which of the union's members it is, phaseOf has decided from the same facts.
  return state as RoomState;
}

function phaseOf(room: Room, now: number): Phase {
  if (room.missing) return 'not-found';
  if (room.sale === null) return 'loading';
  if (room.attempt !== null && isLive(room.attempt)) return ofAttempt(room.attempt, now);
  if (room.sending === 'join') return 'joining';
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

type SalePhase = 'scheduled' | 'open' | 'paused' | 'sold-out' | 'closed';

function ofSale(sale: Sale, now: number): SalePhase {
  if (sale.state === 'archived') return 'closed';
  return sale.state === 'scheduled' && opensIn(sale, now) <= 0 ? 'open' : sale.state;
}

function opensIn(sale: Sale, now: number): number {
  return sale.opensAt === null ? 0 : Date.parse(sale.opensAt) - now;
}

function holdLeft(attempt: Attempt, now: number): number {
  return attempt.holdExpiresAt === null ? 0 : Date.parse(attempt.holdExpiresAt) - now;
}

function progressOf({ ahead, startedAhead }: Room): number | null {
  if (ahead === null || startedAhead === null) return null;
  return startedAhead === 0 ? 1 : (startedAhead - ahead) / startedAhead;
}

/** A time that has passed is told to nobody: the next look at the line makes a new one. */
function timeToGoOf({ line }: Room, now: number): TimeToGo | null {
  return line.promise !== null && now <= line.promise.to ? line.promise : null;
}

/** How many the buyer may still ask for, as far as is known; the door has the last word. */
function quantityLimit(room: Room): number {
  if (room.sale === null) return 1;
  const bought = room.attempt?.state === 'confirmed' ? room.attempt.quantity : 0;
  return Math.max(0, room.sale.perBuyerLimit - bought);
}

function joiningOf(room: Room, now: number): RoomState['joining'] {
  if (room.missing || room.sale === null || isLive(room.attempt)) return 'no';
  if (quantityLimit(room) === 0) return 'no';
  const phase = ofSale(room.sale, now);
  if (phase === 'closed' || phase === 'sold-out') return 'no';
  return phase === 'open' && room.sending === null ? 'now' : 'not-now';
}

function leavingOf({ attempt }: Room, now: number): RoomState['leaving'] {
  if (attempt === null || !isLive(attempt)) return null;
  if (attempt.state !== 'held') return 'line';
  return holdLeft(attempt, now) > 0 ? 'hold' : null;
}

function confirmingOf(room: Room, phase: Phase): RoomState['confirming'] {
  if (phase !== 'held') return null;
  return room.shopConfirms ? 'shop' : 'buyer';
}

/** How long nothing may be heard before it is asked, although the socket is up; `null` = for ever. */
export function askAgainAfter({ attempt }: Room, now: number): number | null {
  if (attempt === null || !isLive(attempt)) return null;
  if (attempt.state !== 'held') return 15_000;
  return holdLeft(attempt, now) < -1_000 ? 3_000 : null;
}
