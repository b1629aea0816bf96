import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Problem } from '../../core/contract.js';
import { idempotencyKey } from '../../core/schemas.js';
import { type InvalidPart, invalidRequest, ProblemError, problem } from '../problems.js';

/** An answer, whoever writes it: Express, or the listener before it. */
export interface Reply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: unknown;
}

/**
 * Sets status and headers; what it returns is the body, still to be sent.
 * @param more headers that the response does not have yet
 */
export function writeHead(
  response: ServerResponse,
  { status, headers, body }: Reply,
  more: readonly string[] = [],
): string {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, more.concat(headers, 'Content-Length', length));
  return text;
}

/**
 * Sends a body and ends the answer, by one write: `end` with a body adds an empty one behind it, and
 * gathering the two takes as long as a tenth of a bare server's whole work.
 */
export function endWith(response: ServerResponse, text: string): void {
  response.write(text);
  // Held back by `write` to the end of the turn.
  response.socket?.uncork();
  response.end();
}

export function writeReply(response: ServerResponse, reply: Reply): void {
  endWith(response, writeHead(response, reply));
}

/** A problem as an answer; `retryAfter` (seconds) becomes the header that clients wait by. */
export function problemReply(what: Problem): Reply {
  const headers = ['Content-Type', 'application/problem+json; charset=utf-8'];
  if (typeof what.retryAfter === 'number') headers.push('Retry-After', String(what.retryAfter));
  if (what.status === 401) headers.push('WWW-Authenticate', 'Bearer');
  return { status: what.status, headers, body: what };
}

/** Answers with a problem. */
export function sendProblem(response: Response, what: Problem): void {
  writeReply(response, problemReply(what));
}

function partsOf(error: z.ZodError): InvalidPart[] {
  return error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}

/** Parses what came in, or ends the request with `422 invalid-request`. */
export function parse<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ProblemError(invalidRequest(partsOf(result.error)));
}

/** The parsed JSON body, or the 400 that a missing one deserves. */
export function bodyOf<T extends z.ZodType>(request: Request, schema: T): z.infer<T> {
  if (request.body === undefined) {
    throw new ProblemError(problem('malformed-json', 'Send a JSON object as the body.'));
  }
  return parse(schema, request.body);
}

/** The Idempotency-Key header, '' when there is none. */
export function keyOf(request: Request): string {
  return keyIn(request.get('Idempotency-Key'));
}

/** The same of a header's value. */
export function keyIn(given: string | string[] | undefined): string {
  if (given === undefined) return '';
  const result = idempotencyKey.safeParse(given);
  if (result.success) return result.data ?? '';
  const [issue] = result.error.issues;
  const message = issue?.message ?? 'is wrong';
  throw new ProblemError(invalidRequest([{ path: 'Idempotency-Key', message }]));
}

/** The token of an `Authorization: Bearer` header, or `null`. */
export function bearerOf(request: { get(name: string): string | undefined }): string | null {
  return bearerIn(request.get('authorization'));
}

/** The same of a header's value. */
export function bearerIn(authorization: string | undefined): string | null {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

/** A parameter of the route's path: Express has matched it, so it is one string. */
export function paramOf(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}
