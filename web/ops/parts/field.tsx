import type { ComponentChildren } from 'preact';
import { lookUp } from '../texts.js';

export interface FieldProps {
  /** As the API names it: what is wrong is shown at the field of that name. */
  readonly name: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly wrong: ReadonlyMap<string, string>;
  readonly type?: 'text' | 'number' | 'datetime-local' | 'multiline';
  readonly required?: boolean;
  readonly maxLength?: number;
}

/** A field with its label, its hint and what the server found wrong with it. */
export function Field({ type = 'text', ...props }: FieldProps) {
  const { name, label, hint, value, onValue, required = false, maxLength } = props;
  const wrong = wrongAt(props);
  const described = [hint ? `${name}-hint` : '', wrong ? `${name}-wrong` : ''].filter(Boolean);
  const shared = {
    id: name,
    name,
    value,
    required,
    autocomplete: 'off',
    ...(maxLength === undefined ? {} : { maxLength }),
    'aria-invalid': wrong !== null,
    'aria-describedby': described.join(' ') || undefined,
    onInput: (event: Event) => onValue((event.currentTarget as HTMLInputElement).value),
  } as const;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {type === 'multiline' ? <textarea {...shared} rows={4} /> : <Input type={type} {...shared} />}
      {hint && (
        <p id={`${name}-hint`} class="quiet hint">
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${name}-wrong`} class="wrong">
          {wrong}
        </p>
      )}
    </div>
  );
}

type InputType = 'text' | 'number' | 'datetime-local';

function Input({ type, ...shared }: { readonly type: InputType } & Record<string, unknown>) {
  if (type === 'datetime-local') return <input type="datetime-local" step={1} {...shared} />;
  // Not of the type number: that one drops what it cannot read instead of letting it be mended.
  return <input type="text" inputMode={type === 'number' ? 'decimal' : 'text'} {...shared} />;
}

/** In the words of the page where it has some: the server speaks English. */
export function wrongAt({ name, wrong }: Pick<FieldProps, 'name' | 'wrong'>): string | null {
  const message = wrong.get(name);
  return message === undefined ? null : (lookUp(`wrong.${name}`) ?? message);
}

/** Leads the keyboard to the first field that is wrong. */
export function focusWrong(form: HTMLElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
