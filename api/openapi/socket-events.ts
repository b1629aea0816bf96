import type { z } from 'zod';
import type { ClientToServerEvents, ServerToClientEvents } from '../../core/contract.js';
import type { Proven, Same } from '../../core/response-schemas.js';
import type { ANSWERS, AnswerName, REQUESTS, RequestName } from './components.js';
import { type JsonSchema, referTo } from './schemas.js';

/** What a client sends, and what it is answered by acknowledgement. */
interface Asked {
  readonly summary: string;
  readonly message: RequestName;
  readonly acknowledgement: AnswerName;
}

/** What a client is told. */
interface Told {
  readonly summary: string;
  readonly message: AnswerName;
  readonly list?: true;
}

/** By event: one that contract.ts has and this table has not does not compile. */
export const ASKED = {
  attempt: {
    summary: 'Press Buy: answers what `POST /api/sales/{id}/attempts` answers.',
    message: 'AttemptRequest',
    acknowledgement: 'AttemptAck',
  },
  watch: {
    summary: 'Be told of a sale from now on; answers with the sale as it is.',
    message: 'WatchRequest',
    acknowledgement: 'WatchAck',
  },
  unwatch: {
    summary: 'No longer be told of a sale.',
    message: 'WatchRequest',
    acknowledgement: 'UnwatchAck',
  },
} as const satisfies Record<keyof ClientToServerEvents, Asked>;

export const TOLD = {
  attempts: {
    summary: 'On every connect: your latest attempt in each sale that is not archived.',
    message: 'Attempt',
    list: true,
  },
  attempt: { summary: 'One of your attempts has changed.', message: 'Attempt' },
  sale: { summary: 'A watched sale has changed; at most 4 times a second.', message: 'Sale' },
  stock: { summary: 'The ordinary stock of a product has changed.', message: 'ProductStock' },
} as const satisfies Record<keyof ServerToClientEvents, Told>;

type Sent<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>;
type Answered<E extends keyof ClientToServerEvents> = Parameters<Sent<E>[1]>[0];
type Heard<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];
type Accepted<Name extends RequestName> = z.input<(typeof REQUESTS)[Name]>;
type Shown<Name extends AnswerName> = z.infer<(typeof ANSWERS)[Name]>;
type ShownIn<E extends keyof ServerToClientEvents> = (typeof TOLD)[E] extends {
  readonly list: true;
}
  ? Shown<(typeof TOLD)[E]['message']>[]
  : Shown<(typeof TOLD)[E]['message']>;

/** Does not compile while the tables and the events of contract.ts differ. */
export type EventsAreProven = [
  Proven<{
    [E in keyof typeof ASKED]: Sent<E>[0] extends Accepted<(typeof ASKED)[E]['message']>
      ? Same<Shown<(typeof ASKED)[E]['acknowledgement']>, Answered<E>>
      : false;
  }>,
  Proven<{ [E in keyof typeof TOLD]: Same<ShownIn<E>, Heard<E>> }>,
];

/** The events for /openapi.json, which has no words of its own for them. */
export function describeSocket(): JsonSchema {
  return {
    path: '/socket.io/',
    namespace: '/',
    transports: ['websocket'],
    auth: { type: 'object', properties: { token: { type: 'string' } }, required: ['token'] },
    refusal: 'connect_error, whose data is a Problem: unauthenticated, too-many-requests.',
    clientToServer: Object.fromEntries(
      Object.entries(ASKED).map(([event, { summary, message, acknowledgement }]) => [
        event,
        { summary, message: referTo(message), acknowledgement: referTo(acknowledgement) },
      ]),
    ),
    serverToClient: Object.fromEntries(
      Object.entries<Told>(TOLD).map(([event, { summary, message, list }]) => {
        const one = referTo(message);
        return [event, { summary, message: list ? { type: 'array', items: one } : one }];
      }),
    ),
  };
}
