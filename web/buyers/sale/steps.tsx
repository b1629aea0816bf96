import type { Phase } from '../../client/index.js';
import { t } from '../texts.js';

const STEPS = ['join', 'line', 'confirm', 'done'] as const;
type Step = (typeof STEPS)[number];

const STEP_OF: Readonly<Partial<Record<Phase, Step>>> = {
  waiting: 'line',
  standby: 'line',
  held: 'confirm',
  'hold-ending': 'confirm',
  confirmed: 'done',
};

/** How far the purchase has come. */
export function Steps({ phase }: { readonly phase: Phase }) {
  const current = STEPS.indexOf(STEP_OF[phase] ?? 'join');
  return (
    <ol class="steps" aria-label={t('steps.label')}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          class={index < current ? 'step-item past' : 'step-item'}
          aria-current={index === current ? 'step' : undefined}
        >
          {t(`steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
