/** The words of the waiting room: what each phase says in the buyer's language. */
import type { Attempt, Sale } from '../../core/contract.js';
import { type Banner, bannerOf, holdLeft, opensIn, type Phase, phaseOf } from '../client/phase.js';
import { isLive, type Room } from '../client/waiting-room.js';
import { clockTime, count, moment, timer } from '../ui/format.js';
import { lookUp, type MessageKey, plural, t } from '../ui/i18n.js';

export type Tone = 'calm' | 'wait' | 'good' | 'bad';

export interface PanelTexts {
  tone: Tone;
  headline: string;
  /** The one big thing: a place or a timer. */
  figure: string;
  unit: string;
  detail: string;
  ticket: string;
}

const TONES: Partial<Record<Phase, Tone>> = {
  sending: 'wait',
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

export function panelTexts(room: Room, now: number): PanelTexts {
  const phase = phaseOf(room, now);
  const { figure, unit } = figureOf(room, phase, now);
  const isNext = phase === 'waiting' && room.ahead === 0;
  return {
    tone: TONES[phase] ?? 'calm',
    headline: t(isNext ? 'phase.next' : `phase.${phase}`),
    figure,
    unit,
    detail: `${detailOf(room, phase)}${pausedNote(room, phase)}`,
    ticket: ticketOf(room.attempt),
  };
}

function figureOf(room: Room, phase: Phase, now: number): { figure: string; unit: string } {
  const { sale, attempt, ahead } = room;
  if (phase === 'scheduled' && sale) return { figure: timer(opensIn(sale, now)), unit: '' };
  if (phase === 'held' && attempt) {
    return { figure: timer(holdLeft(attempt, now)), unit: t('hold.timer') };
  }
  if ((phase === 'waiting' || phase === 'standby') && ahead !== null && ahead > 0) {
    return { figure: count(ahead), unit: plural('place.ahead', ahead) };
  }
  return { figure: '', unit: '' };
}

function detailOf(room: Room, phase: Phase): string {
  const { sale, attempt } = room;
  if (phase === 'scheduled' && sale?.opensAt) {
    return t('phase.scheduled.detail', { time: moment(sale.opensAt) });
  }
  if (sale && attempt) {
    if (phase === 'held') return t('phase.held.detail', goods(sale, attempt));
    if (phase === 'confirmed') {
      return t(
        attempt.orderId ? 'phase.confirmed.order' : 'phase.confirmed.detail',
        goods(sale, attempt),
      );
    }
    if (phase === 'rejected') {
      return lookUp(`reason.${attempt.reason}`) ?? t('phase.rejected.detail');
    }
  }
  return t(`phase.${phase}.detail` as MessageKey);
}

/** After an attempt has ended the buyer sees that end, and why joining again has to wait. */
function pausedNote(room: Room, phase: Phase): string {
  const ended = room.attempt !== null && !isLive(room.attempt);
  if (!ended || room.sale?.state !== 'paused' || phase === 'sending') return '';
  return ` ${t('phase.paused.detail')}`;
}

function goods(sale: Sale, attempt: Attempt): Record<string, string> {
  return {
    quantity: count(attempt.quantity),
    product: sale.product.name,
    order: attempt.orderId ?? '',
    time: attempt.holdExpiresAt ? clockTime(attempt.holdExpiresAt) : '',
  };
}

function ticketOf(attempt: Attempt | null): string {
  if (attempt === null) return '';
  return t('place.ticket', { ticket: count(attempt.ticket), quantity: count(attempt.quantity) });
}

const KEEPS_PLACE: ReadonlySet<Banner> = new Set<Banner>(['offline', 'recovering', 'overloaded']);

/** What to say of the connection; empty when all is well. */
export function connectionText(room: Room): string {
  const banner = bannerOf(room);
  if (banner === null) return '';
  const place = isLive(room.attempt) && KEEPS_PLACE.has(banner) ? '.place' : '';
  return t(`banner.${banner}${place}` as MessageKey);
}

/** The same for the eye, with the seconds to the next try: those are never read out. */
export function bannerText(room: Room, now: number): string {
  const text = connectionText(room);
  const left = room.trouble ? Math.ceil((room.trouble.retryAt - now) / 1000) : 0;
  return left > 1 ? `${text} ${plural('banner.retryIn', left)}` : text;
}

export function refusalText(room: Room): string {
  if (room.refusal === null) return '';
  return lookUp(`problem.${room.refusal}`) ?? t('problem.unknown', { code: room.refusal });
}
