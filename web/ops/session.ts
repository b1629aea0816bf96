/** The login, and from there back to this page. */
export function loginUrl(): string {
  return `/ops/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/**
 * The session has ended. Whoever is filling in a form or answering a question is not thrown out of
 * it: they are told, and what they typed stays.
 * @returns whether the page is left
 */
export function leaveForLogin(): boolean {
  if (document.querySelector('dialog[open], form[data-touched]')) return false;
  location.assign(loginUrl());
  return true;
}
