import type { CookieOptions, Request, Response } from 'express';

const NAME = 'dropgate_ops';

/** The value of the ops session cookie, or `null`. */
export function sessionCookieOf(request: Pick<Request, 'headers'>): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return null;
}

function optionsFor(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' };
}

export function setSessionCookie(
  request: Request,
  response: Response,
  session: { readonly token: string; readonly expiresAt: number },
): void {
  const expires = new Date(session.expiresAt);
  response.cookie(NAME, session.token, { ...optionsFor(request), expires });
}

export function clearSessionCookie(request: Request, response: Response): void {
  response.clearCookie(NAME, optionsFor(request));
}
