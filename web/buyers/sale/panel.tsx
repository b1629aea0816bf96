import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RoomState, SaleRoom } from '../../client/index.js';
import { Actions } from './actions.js';
import { connectionOf, connectionText, retryText } from './connection.js';
import { Place } from './place.js';
import { Steps } from './steps.js';
import { detailOf, headline, refusalText, ticketText, toneOf } from './words.js';

interface PanelProps {
  readonly room: SaleRoom;
  readonly state: RoomState;
  readonly now: number;
}

/** Where the buyer stands. Every part has its place in every phase, so that nothing jumps. */
export function Panel({ room, state, now }: PanelProps) {
  const panel = useRef<HTMLElement>(null);
  useKeptFocus(panel);
  const refusal = refusalText(state);
  // Without a sale there is no title above it.
  const Headline = state.sale === null ? 'h1' : 'h2';
  return (
    <section
      ref={panel}
      id="panel"
      class="panel room-panel"
      data-phase={state.phase}
      data-tone={toneOf(state)}
      aria-labelledby="headline"
    >
      {state.phase !== 'not-found' && <Steps phase={state.phase} />}
      <Headline id="headline" class="headline" tabIndex={-1}>
        {headline(state)}
      </Headline>
      <Place state={state} now={now} />
      <div class="detail-place">
        {refusal ? (
          <p id="refusal" class="refusal" role="alert">
            {refusal}
          </p>
        ) : (
          <p id="detail" class="detail">
            {detailOf(state)}
          </p>
        )}
      </div>
      <Actions room={room} state={state} />
      <div class="foot">
        <p id="ticket" class="quiet ticket">
          {ticketText(state.attempt)}
        </p>
        {state.phase !== 'not-found' && (
          <p id="connection" class="connection" data-connection={connectionOf(state)}>
            {connectionText(state)} {retryText(state, now)}
          </p>
        )}
      </div>
    </section>
  );
}

/** What had the keyboard's focus hands it to the headline when it goes: else it would be lost. */
function useKeptFocus(panel: { readonly current: HTMLElement | null }): void {
  const last = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && panel.current?.contains(activeElement)) {
      last.current = activeElement;
    } else if (activeElement !== document.body) {
      last.current = null;
    }
    const focused = last.current;
    const gone = focused !== null && !focused.isConnected;
    const off = focused instanceof HTMLButtonElement && focused.disabled;
    if (!gone && !off) return;
    last.current = null;
    panel.current?.querySelector<HTMLElement>('#headline')?.focus({ preventScroll: true });
  });
}
