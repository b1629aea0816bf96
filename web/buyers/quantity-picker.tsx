import { t } from './texts.js';

interface QuantityPickerProps {
  readonly quantity: number;
  readonly limit: number;
  readonly locked: boolean;
  readonly onChange: (quantity: number) => void;
}

/** How many to buy: a number field with a button on each side, each large enough for a thumb. */
export function QuantityPicker({ quantity, limit, locked, onChange }: QuantityPickerProps) {
  const change = (next: number) =>
    onChange(Math.min(Math.max(1, Number.isFinite(next) ? Math.trunc(next) : 1), limit));
  return (
    <fieldset class="quantity" disabled={locked} aria-label={t('buy.quantity')}>
      <label for="quantity">{t('buy.quantity')}</label>
      <Step
        id="fewer"
        label={t('buy.fewer')}
        sign="−"
        atEnd={quantity <= 1}
        onPress={() => change(quantity - 1)}
      />
      <input
        id="quantity"
        type="number"
        inputMode="numeric"
        min={1}
        max={limit}
        step={1}
        value={quantity}
        autocomplete="off"
        onChange={(event) => {
          change(event.currentTarget.valueAsNumber);
          // What was typed may have come to the same quantity: the field then shows that one.
          event.currentTarget.value = String(quantity);
        }}
      />
      <Step
        id="more"
        label={t('buy.more')}
        sign="+"
        atEnd={quantity >= limit}
        onPress={() => change(quantity + 1)}
      />
    </fieldset>
  );
}

interface StepProps {
  readonly id: string;
  readonly label: string;
  readonly sign: string;
  readonly atEnd: boolean;
  readonly onPress: () => void;
}

/** A button that is disabled loses the keyboard's focus, so at its end it only says so. */
function Step({ id, label, sign, atEnd, onPress }: StepProps) {
  return (
    <button
      id={id}
      type="button"
      class="step"
      aria-label={label}
      aria-disabled={atEnd}
      onClick={onPress}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}
