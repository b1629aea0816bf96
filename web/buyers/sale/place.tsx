import type { Phase, RoomState } from '../../client/index.js';
import { span } from '../../ui/format.js';
import { t } from '../texts.js';
import { chanceText, figureOf, holdLeft, timeText } from './words.js';

interface PlaceProps {
  readonly state: RoomState;
  readonly now: number;
}

const COUNTS: ReadonlySet<Phase> = new Set(['scheduled', 'held']);

/** Characters of a figure that no longer fit beside each other on a phone. */
const LONG = 8;

/** The big figure of the phase, its bar, and what can be told of the time and the chance. */
export function Place({ state, now }: PlaceProps) {
  const { figure, unit } = figureOf(state, now);
  const time = timeText(state, now);
  const chance = chanceText(state);
  return (
    <div class="place">
      <p class="big" hidden={figure === ''}>
        <span
          id="figure"
          class={figure.length > LONG ? 'figure long' : 'figure'}
          role={COUNTS.has(state.phase) ? 'timer' : undefined}
        >
          {figure}
        </span>{' '}
        <span class="unit">{unit}</span>
      </p>
      <Bar state={state} now={now} />
      <How state={state} />
      {time && (
        <p id="time-to-go" class="time-to-go">
          {time}
        </p>
      )}
      {chance && (
        <p id="chance" class="chance" data-chance={state.chance?.level}>
          {chance}
        </p>
      )}
    </div>
  );
}

/** The way through the line, or what is left of the hold. */
function Bar({ state, now }: PlaceProps) {
  if (state.phase === 'held') {
    const whole = state.sale.holdSeconds * 1_000;
    const left = holdLeft(state, now);
    return <progress class="bar" aria-label={t('hold.bar')} max={whole} value={left} />;
  }
  if (state.progress === null) return null;
  return <progress class="bar" aria-label={t('place.progress')} max={1} value={state.progress} />;
}

/** What is going to happen, for those who have not joined yet. */
function How({ state }: { readonly state: RoomState }) {
  const { phase, sale } = state;
  if (phase !== 'open' && phase !== 'scheduled' && phase !== 'joining') return null;
  return (
    <ol class="how">
      <li>{t('how.place')}</li>
      <li>{t('how.hold', { time: span(sale?.holdSeconds ?? 0) })}</li>
      <li>{t('how.confirm')}</li>
    </ol>
  );
}
