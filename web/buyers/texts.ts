import { en } from '../messages/en.js';
import { ko } from '../messages/ko.js';
import { textsOf } from '../ui/texts.js';

export type MessageKey = keyof typeof en;

/** The words of the buyers' pages. */
export const { t, plural, lookUp } = textsOf<MessageKey>({ en, ko });
