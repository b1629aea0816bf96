import { opsEn } from '../messages/ops-en.js';
import { opsKo } from '../messages/ops-ko.js';
import { textsOf } from '../ui/texts.js';

export type OpsKey = keyof typeof opsEn;

/** The words of the operators' pages. */
export const { t, plural, lookUp } = textsOf<OpsKey>({ en: opsEn, ko: opsKo });
