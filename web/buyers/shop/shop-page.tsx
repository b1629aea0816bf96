import { mountPage } from '../../ui/page.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { ProductSearch } from './product-search.js';
import { Sales } from './sales.js';

function ShopPage() {
  return (
    <Shell title={t('shop.title')} here="/">
      <h1 id="sales-head">{t('shop.title')}</h1>
      <p class="intro">{t('shop.intro')}</p>
      <Sales />
      <ProductSearch />
    </Shell>
  );
}

mountPage(() => <ShopPage />);
