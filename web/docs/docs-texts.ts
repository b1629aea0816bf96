import { docsEn } from '../messages/docs-en.js';
import { docsKo } from '../messages/docs-ko.js';
import { textsOf } from '../ui/texts.js';

export const { t } = textsOf({ en: docsEn, ko: docsKo });
