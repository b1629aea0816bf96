import { mountPage } from '../../ui/page.js';
import { Frame } from '../parts/frame.js';
import { t } from '../texts.js';
import { TrailOf } from './trail-list.js';

mountPage(() => (
  <Frame title={t('trail.title')} here="/ops/trail">
    <h1>{t('trail.title')}</h1>
    <p class="quiet">{t('trail.what')}</p>
    <TrailOf />
  </Frame>
));
