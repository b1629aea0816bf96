import { expect } from 'chai';
import type { Problem } from '../../core/contract.js';
import type { Reply } from './client.js';

/** Checks an RFC 9457 answer from its status to its members, and returns it. */
export function expectProblem(reply: Reply, status: number, code: string): Problem {
  expect(reply, JSON.stringify(reply.body)).to.include({ status });
  expect(reply.headers.get('content-type')).to.match(/^application\/problem\+json(;|$)/);
  expectProblemBody(reply.body, status, code);
  if (status === 503 || status === 429) expect(reply.headers.get('retry-after')).to.match(/^\d+$/);
  return reply.body;
}

/** The same for a problem that came over a socket. */
export function expectProblemBody(problem: Problem, status: number, code: string): void {
  expect(problem, JSON.stringify(problem)).to.include({ status, code, type: `/problems/${code}` });
  expect(problem.title).to.be.a('string').that.is.not.empty;
  expect(problem.detail).to.be.a('string').that.is.not.empty;
}

/** Paths that an `invalid-request` names, each once, sorted. */
export function pathsOf(problem: Problem): string[] {
  const errors = problem.errors as { path: string; message: string }[];
  for (const { message } of errors) expect(message).to.be.a('string').that.is.not.empty;
  return [...new Set(errors.map(({ path }) => path))].sort();
}
