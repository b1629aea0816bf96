import type { RoomState } from '../../client/index.js';
import { t } from '../texts.js';
import { chanceText, figureOf, timeText } from './words.js';

interface PlaceProps {
  readonly state: RoomState;
  readonly now: number;
}

/** The big figure of the phase, its bar, and what can be told of the time and the chance. */
export function Place({ state, now }: PlaceProps) {
  const { figure, unit } = figureOf(state, now);
  const time = timeText(state, now);
  const chance = chanceText(state);
  return (
    <div class="place">
      <p class="big" hidden={figure === ''}>
        <span id="figure" class="figure" role={state.phase === 'waiting' ? undefined : 'timer'}>
          {figure}
        </span>{' '}
        <span class="unit">{unit}</span>
      </p>
      <Bar state={state} now={now} />
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
    const left = Date.parse(state.attempt.holdExpiresAt) - now;
    const whole = Math.max(1, state.sale.holdSeconds * 1_000);
    return (
      <progress class="bar" aria-label={t('hold.bar')} max={whole} value={Math.max(0, left)} />
    );
  }
  if (state.progress === null) return null;
  return <progress class="bar" aria-label={t('place.progress')} max={1} value={state.progress} />;
}
