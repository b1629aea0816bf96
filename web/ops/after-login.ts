const HOME = '/ops';

/** Where the login leads: where one was, if that is a page of operators, else to all sales. */
export function afterLogin(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next') ?? HOME;
  if (!URL.canParse(next, origin)) return HOME;
  const url = new URL(next, origin);
  const ours = url.origin === origin && /^\/ops(?:\/|$)/.test(url.pathname);
  return ours && url.pathname !== '/ops/login' ? url.pathname + url.search : HOME;
}
