import type { ComponentChildren } from 'preact';
import { send } from '../../client/http.js';
import { clockTime } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { leaveForLogin, loginUrl } from '../session.js';
import { lookUp, t } from '../texts.js';
import type { Polled } from '../use-polled.js';

interface FrameProps {
  readonly title: string;
  /** Which link of the navigation this page is. */
  readonly here?: '/ops' | '/ops/products' | '/ops/trail';
  readonly children: ComponentChildren;
}

/** What every page of operators has around its content. */
export function Frame({ title, here, children }: FrameProps) {
  return (
    <Page
      title={title}
      home="/ops"
      skipLabel={t('page.skip')}
      languageLabel={t('language.switch')}
      navigation={<Navigation here={here} />}
    >
      {children}
    </Page>
  );
}

function Navigation({ here }: { readonly here: FrameProps['here'] | undefined }) {
  const to = (href: string) =>
    ({ href, 'aria-current': href === here ? 'page' : undefined }) as const;
  return (
    <nav class="ops-links" aria-label={t('page.navigation')}>
      <a {...to('/ops')}>{t('nav.sales')}</a>
      <a {...to('/ops/products')}>{t('nav.products')}</a>
      <a {...to('/ops/trail')}>{t('nav.trail')}</a>
      <a href="/ops/queues">{t('nav.queues')}</a>
      <a href="/">{t('nav.shop')}</a>
      <button type="button" class="plain" onClick={() => void logOut()}>
        {t('nav.logout')}
      </button>
    </nav>
  );
}

async function logOut(): Promise<void> {
  const answer = await send({ method: 'DELETE', path: '/api/ops/session' });
  if (answer.kind === 'ok') location.assign('/ops/login');
  else if (answer.kind === 'problem' && answer.problem.status === 401) leaveForLogin();
}

/** How old the figures are, and why they are not newer. */
export function LinkState({ polled }: { readonly polled: Polled<unknown> }) {
  const { asOf, trouble } = polled;
  const time = asOf === null ? '–' : clockTime(asOf);
  if (!trouble) return <p class="quiet updated">{t('link.updated', { time })}</p>;
  if (trouble !== 'unreachable' && trouble.status === 401) return <SessionEnded />;
  const code = trouble === 'unreachable' ? trouble : trouble.code;
  return (
    <p class="notice" role="alert">
      {lookUp(`link.${code}`, { time }) ?? t('link.refused', { time })}
    </p>
  );
}

export function SessionEnded() {
  return (
    <p class="notice" role="alert">
      {t('link.loggedOut')}{' '}
      <a href={loginUrl()} target="_blank" rel="noreferrer">
        {t('link.logIn')}
      </a>
    </p>
  );
}
