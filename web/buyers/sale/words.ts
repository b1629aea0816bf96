/** The words of the waiting room: what each phase says in the buyer's language. Pure. */
import type { Attempt, RoomState, Sale } from '../../client/index.js';
import { clockTime, count, moment, span, timer } from '../../ui/format.js';
import { lookUp, type MessageKey, plural, t } from '../texts.js';

export type Tone = 'calm' | 'wait' | 'good' | 'bad';

const TONES: Readonly<Partial<Record<RoomState['phase'], Tone>>> = {
  joining: 'wait',
  waiting: 'wait',
  standby: 'wait',
  'hold-ending': 'wait',
  open: 'good',
  held: 'good',
  confirmed: 'good',
  expired: 'bad',
  missed: 'bad',
  'sold-out': 'bad',
  rejected: 'bad',
  lost: 'bad',
  'not-found': 'bad',
};

export function toneOf({ phase }: RoomState): Tone {
  return TONES[phase] ?? 'calm';
}

export function headline({ phase, ahead }: RoomState): string {
  return t(phase === 'waiting' && ahead === 0 ? 'phase.next' : `phase.${phase}`);
}

/** The one big thing: a place, a timer, or nothing. */
export function figureOf(state: RoomState, now: number): { figure: string; unit: string } {
  if (state.phase === 'scheduled' && state.sale.opensAt) {
    return { figure: timer(Date.parse(state.sale.opensAt) - now), unit: '' };
  }
  if (state.phase === 'held') {
    return { figure: timer(holdLeft(state, now)), unit: t('hold.timer') };
  }
  const { ahead, phase } = state;
  if ((phase === 'waiting' || phase === 'standby') && ahead !== null) {
    return { figure: count(ahead), unit: plural(`place.${phase}`, ahead) };
  }
  return { figure: '', unit: '' };
}

/** Never more than the whole hold: the server's time is known a little late. */
export function holdLeft(
  state: Extract<RoomState, { phase: 'held' | 'hold-ending' }>,
  now: number,
): number {
  const whole = state.sale.holdSeconds * 1_000;
  return Math.min(whole, Math.max(0, Date.parse(state.attempt.holdExpiresAt) - now));
}

export function detailOf(state: RoomState): string {
  const { phase, sale, attempt } = state;
  if (phase === 'scheduled' && sale.opensAt) {
    return t('phase.scheduled.detail', { time: moment(sale.opensAt) });
  }
  if (phase === 'held') {
    const key = state.confirming === 'shop' ? 'phase.held.shop' : 'phase.held.detail';
    return t(key, goods(sale, attempt));
  }
  if (phase === 'confirmed') return t('phase.confirmed.detail', goods(sale, attempt));
  if (phase === 'rejected') return lookUp(`reason.${attempt.reason}`) ?? t('phase.rejected.detail');
  return `${t(`phase.${phase}.detail` as MessageKey)}${pausedNote(state)}`;
}

/** After an attempt has ended the buyer sees that end, and why joining again has to wait. */
function pausedNote({ sale, attempt, joining }: RoomState): string {
  const paused = attempt !== null && joining === 'not-now' && sale?.state === 'paused';
  return paused ? ` ${t('phase.paused.detail')}` : '';
}

function goods(sale: Sale, attempt: Attempt): Record<string, string> {
  return {
    quantity: count(attempt.quantity),
    product: sale.product.name,
    time: attempt.holdExpiresAt ? clockTime(attempt.holdExpiresAt) : '',
  };
}

export function ticketText(attempt: Attempt | null): string {
  if (attempt === null) return '';
  return t('place.ticket', { ticket: count(attempt.ticket), quantity: count(attempt.quantity) });
}

export function refusalText({ refusal }: RoomState): string {
  if (refusal === null || refusal === 'confirm-by-shop') return '';
  return lookUp(`problem.${refusal}`) ?? t('problem.unknown', { code: refusal });
}

/** The time to go as a range, or why none can be told. */
export function timeText({ phase, timeToGo, ahead }: RoomState, now: number): string {
  if (phase !== 'waiting' || ahead === null) return '';
  if (timeToGo === null) return t('time.unknown');
  const from = roundedDown(timeToGo.from - now);
  const to = span(roundedUp(timeToGo.to - now));
  return from === 0 ? t('time.within', { to }) : t('time.range', { from: span(from), to });
}

/** Seconds, in steps that do not twitch: the range is a promise, not a stopwatch. */
function stepOf(seconds: number): number {
  if (seconds <= 10) return 1;
  if (seconds <= 60) return 5;
  return seconds <= 600 ? 30 : 60;
}

function roundedDown(milliseconds: number): number {
  const seconds = Math.max(0, milliseconds / 1_000);
  return Math.floor(seconds / stepOf(seconds)) * stepOf(seconds);
}

function roundedUp(milliseconds: number): number {
  const seconds = Math.max(1, milliseconds / 1_000);
  return Math.ceil(seconds / stepOf(seconds)) * stepOf(seconds);
}

/** How likely it is, in words. */
export function chanceText({ chance, sale, phase }: RoomState): string {
  if (chance === null || sale === null) return '';
  const { held, available } = sale.stock;
  const back = { needed: count(chance.needsBack), held: count(held), left: count(available) };
  if (phase === 'standby') {
    return t(`chance.standby.${chance.level === 'unlikely' ? 'unlikely' : 'returns'}`, back);
  }
  return t(`chance.${chance.level}`, back);
}
