import { useState } from 'preact/hooks';
import { t } from '../texts.js';

const MOST = 1_000;

interface LineQuantityProps {
  readonly productId: string;
  readonly quantity: number;
  /** Whether `quantity` is what the server has last answered to this field. */
  readonly settled: boolean;
  readonly onChange: (quantity: number) => void;
}

/**
 * How many of a line. What is being typed stays until it is sent and answered, whatever the page
 * is told meanwhile; and the field is never disabled, which would take the keyboard's focus away.
 */
export function LineQuantity({ productId, quantity, settled, onChange }: LineQuantityProps) {
  const [draft, write] = useState<{ text: string; sent: boolean } | null>(null);
  const answered = draft?.sent === true && settled;
  const id = `quantity-${productId}`;
  return (
    <>
      <label for={id}>{t('buy.quantity')}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={1}
        max={MOST}
        value={draft === null || answered ? quantity : draft.text}
        autocomplete="off"
        onInput={(event) => write({ text: event.currentTarget.value, sent: false })}
        onChange={(event) => {
          const { value, valueAsNumber } = event.currentTarget;
          const isGood = Number.isInteger(valueAsNumber) && valueAsNumber >= 1;
          if (!isGood || valueAsNumber > MOST) return write(null);
          write({ text: value, sent: true });
          onChange(valueAsNumber);
        }}
        onBlur={() => write((kept) => (kept?.sent ? kept : null))}
      />
    </>
  );
}
