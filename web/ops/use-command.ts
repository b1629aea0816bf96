import { useRef, useState } from 'preact/hooks';
import type { Problem } from '../../core/contract.js';
import { type Answer, type Call, send } from '../client/http.js';

export type Trouble = Problem | 'unreachable';

export interface Command {
  readonly pending: boolean;
  readonly trouble: Trouble | null;
  /** What the server found wrong, by the field's name. */
  readonly wrong: ReadonlyMap<string, string>;
  /** Answers with what came of it, or `null`: then `trouble` says why. */
  run<T>(call: Call): Promise<T | null>;
}

/** A key for one wish, of 128 random bits; also where the page has no secure context. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether it is now known what came of the call: it was done, or it was refused for good. */
function isAnswered(answer: Answer<unknown>): boolean {
  if (answer.kind !== 'problem') return answer.kind === 'ok';
  return answer.problem.status < 500 && answer.problem.status !== 429;
}

function wrongOf(trouble: Trouble | null): Map<string, string> {
  const errors = trouble === null || trouble === 'unreachable' ? [] : trouble.errors;
  const known = Array.isArray(errors) ? (errors as { path: string; message: string }[]) : [];
  return new Map(known.map(({ path, message }) => [path, message]));
}

/**
 * One change that an operator makes. The same wish keeps its key until it is answered: pressed
 * twice, or again after the network was gone, it is done once.
 */
export function useCommand(): Command {
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const kept = useRef<{ wish: string; key: string } | null>(null);
  const running = useRef(false);
  const run = async <T>(call: Call): Promise<T | null> => {
    if (running.current) return null;
    running.current = true;
    setPending(true);
    const wish = JSON.stringify([call.method, call.path, call.body]);
    if (kept.current?.wish !== wish) kept.current = { wish, key: newKey() };
    const { key } = kept.current;
    const answer = await send<T>(call.method === 'POST' ? { ...call, idempotencyKey: key } : call);
    if (isAnswered(answer)) kept.current = null;
    // Done once: its form is about to go, and a second press meanwhile must not do it again.
    running.current = answer.kind === 'ok';
    setPending(running.current);
    setTrouble(troubleOf(answer));
    return answer.kind === 'ok' ? answer.body : null;
  };
  return { pending, trouble, wrong: wrongOf(trouble), run };
}

function troubleOf(answer: Answer<unknown>): Trouble | null {
  if (answer.kind === 'ok') return null;
  return answer.kind === 'problem' ? answer.problem : 'unreachable';
}
