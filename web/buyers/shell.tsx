import type { ComponentChildren } from 'preact';
import { Page } from '../ui/page.js';
import { useCartCount } from './cart/cart-count.js';
import { plural, t } from './texts.js';

interface ShellProps {
  readonly title: string;
  readonly width?: 'narrow' | 'wide';
  /** The page that this is, in the navigation. */
  readonly here?: '/' | '/cart' | '/orders';
  readonly children: ComponentChildren;
}

/** A page of the shop, with the way to all others. */
export function Shell({ title, width, here, children }: ShellProps) {
  return (
    <Page
      title={title}
      skipLabel={t('page.skip')}
      languageLabel={t('language.switch')}
      home="/"
      width={width ?? 'wide'}
      navigation={<Navigation here={here} />}
    >
      {children}
    </Page>
  );
}

function Navigation({ here }: { readonly here: string | undefined }) {
  const goods = useCartCount();
  const link = (path: string) => ({
    href: path,
    'aria-current': path === here ? ('page' as const) : undefined,
  });
  return (
    <nav class="ways" aria-label={t('page.navigation')}>
      <a {...link('/')}>{t('shop.link')}</a>
      <a {...link('/cart')}>
        {t('cart.title')}
        {goods > 0 && (
          <span class="count">
            <span aria-hidden="true">{goods}</span>
            <span class="unseen">{plural('cart.goods', goods)}</span>
          </span>
        )}
      </a>
      <a {...link('/orders')}>{t('orders.title')}</a>
    </nav>
  );
}
