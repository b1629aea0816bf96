import { count } from '../../ui/format.js';
import { lookUp, t } from '../texts.js';
import type { Trouble } from '../use-command.js';
import { SessionEnded } from './frame.js';

/** Why a change was not made, and what to do. */
export function TroubleText({ trouble }: { readonly trouble: Trouble | null }) {
  if (trouble === null) return null;
  if (trouble !== 'unreachable' && trouble.status === 401) return <SessionEnded />;
  return (
    <p class="refusal" role="alert">
      {wordsOf(trouble)}
    </p>
  );
}

export function wordsOf(trouble: Trouble): string {
  if (trouble === 'unreachable') return t('problem.unreachable');
  const { available } = trouble;
  const values = { available: typeof available === 'number' ? count(available) : '–' };
  const { code } = trouble;
  return lookUp(`problem.${code}`, values) ?? t('problem.unknown', { code });
}
