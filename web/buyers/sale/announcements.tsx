import { useEffect, useRef } from 'preact/hooks';
import type { RoomState } from '../../client/index.js';
import { Announcer } from '../../ui/announcer.js';
import { span } from '../../ui/format.js';
import { language } from '../../ui/language.js';
import { plural, t } from '../texts.js';
import { connectionOf, connectionText } from './connection.js';
import { warningDue } from './deadline-warnings.js';
import { chanceText, detailOf, headline } from './words.js';

interface Heard {
  readonly phase: RoomState['phase'];
  readonly connection: string;
  readonly ahead: number | null;
  readonly left: number;
  readonly language: string;
}

const NOTHING: Heard = {
  phase: 'loading',
  connection: 'connecting',
  ahead: null,
  left: 0,
  language: '',
};

/** Tells screen readers what changed: states and warnings at once, the place now and then. */
export function Announcements({ state, now }: { readonly state: RoomState; readonly now: number }) {
  const region = useRef<HTMLParagraphElement>(null);
  const announcer = useRef<Announcer | null>(null);
  const before = useRef(NOTHING);
  useEffect(() => {
    if (region.current) announcer.current ??= new Announcer(region.current);
    const next = heard(state, now);
    if (announcer.current) announce(announcer.current, state, before.current, next);
    before.current = next;
  });
  return <p ref={region} id="announcer" class="unseen" aria-live="polite" aria-atomic="true" />;
}

function heard(state: RoomState, now: number): Heard {
  const { phase, ahead } = state;
  const left = phase === 'held' ? Date.parse(state.attempt.holdExpiresAt) - now : 0;
  return { phase, ahead, left, connection: connectionOf(state), language: language() };
}

function announce(announcer: Announcer, state: RoomState, before: Heard, next: Heard): void {
  const anew = next.phase !== before.phase || next.language !== before.language;
  if (anew) return announcer.state(spokenState(state));
  const holdMs = (state.sale?.holdSeconds ?? 0) * 1_000;
  const warning = warningDue(before.left, next.left, holdMs);
  if (warning !== null) return announcer.state(t('hold.warn', { left: span(warning / 1_000) }));
  if (next.connection !== before.connection) {
    // At the start the connection is no news, and its return is told once.
    if (before.connection !== 'connecting') announcer.state(connectionText(state));
    return;
  }
  if (next.ahead !== before.ahead && spokenPlace(state)) announcer.place(spokenPlace(state));
}

function sentence(text: string): string {
  return /[.…!?]$/.test(text) ? text : `${text}.`;
}

/** The whole state, as it would be read from the page. */
function spokenState(state: RoomState): string {
  const parts = [sentence(headline(state)), spokenPlace(state), chanceText(state), detailOf(state)];
  return parts.filter(Boolean).join(' ');
}

function spokenPlace({ ahead }: RoomState): string {
  return ahead !== null && ahead > 0 ? plural('place.announce', ahead) : '';
}
