import { mountPage } from '../../ui/page.js';
import { t } from '../texts.js';
import { Missing } from './missing.js';

mountPage(() => <Missing what={t('missing.title')} />);
