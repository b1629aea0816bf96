import { lookUp, t } from './texts.js';

/** What a refusal means for the buyer of this page; `code` is the server's. */
export function problemText(code: string, page: 'cart' | 'product'): string {
  return (
    lookUp(`${page}.problem.${code}`) ?? lookUp(`problem.${code}`) ?? t('problem.unknown', { code })
  );
}
