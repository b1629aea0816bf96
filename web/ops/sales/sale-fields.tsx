import type { Sale } from '../../../core/contract.js';
import { timeZone } from '../format.js';
import { wholeNumber } from '../parts/amounts.js';
import { Field } from '../parts/field.js';
import { fromField, toField } from '../parts/local-time.js';
import { t } from '../texts.js';

export const SALE_FIELDS = [
  'title',
  'opensAt',
  'closesAt',
  'perBuyerLimit',
  'holdSeconds',
  'standbyLimit',
] as const;

export type SaleValues = Record<(typeof SALE_FIELDS)[number], string>;

export const NEW_SALE: SaleValues = {
  title: '',
  opensAt: '',
  closesAt: '',
  perBuyerLimit: '1',
  holdSeconds: '300',
  standbyLimit: '0',
};

export function valuesOf(sale: Sale): SaleValues {
  return {
    title: sale.title,
    opensAt: toField(sale.opensAt),
    closesAt: toField(sale.closesAt),
    perBuyerLimit: String(sale.perBuyerLimit),
    holdSeconds: String(sale.holdSeconds),
    standbyLimit: String(sale.standbyLimit),
  };
}

export function bodyOf(values: SaleValues): Record<string, unknown> {
  return {
    title: values.title,
    opensAt: fromField(values.opensAt),
    closesAt: fromField(values.closesAt),
    perBuyerLimit: wholeNumber(values.perBuyerLimit),
    holdSeconds: wholeNumber(values.holdSeconds),
    standbyLimit: wholeNumber(values.standbyLimit),
  };
}

/** Only what was changed is sent: what somebody else changed meanwhile stays. */
export function changesOf(before: SaleValues, values: SaleValues): Record<string, unknown> {
  const body = bodyOf(values);
  const changed = SALE_FIELDS.filter((name) => values[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, body[name]]));
}

interface SaleFieldsProps {
  readonly values: SaleValues;
  readonly onValue: (name: keyof SaleValues, value: string) => void;
  readonly wrong: ReadonlyMap<string, string>;
}

/** What can be set of a sale when it is made and later. */
export function SaleFields({ values, onValue, wrong }: SaleFieldsProps) {
  const of = (name: keyof SaleValues) => ({
    ...{ name, wrong },
    label: t(`field.${name}`),
    value: values[name],
    onValue: (value: string) => onValue(name, value),
  });
  const zone = timeZone();
  return (
    <>
      <Field {...of('title')} required maxLength={200} hint={t('hint.title')} />
      <div class="pair">
        <Field {...of('opensAt')} type="datetime-local" hint={t('hint.opensAt', { zone })} />
        <Field {...of('closesAt')} type="datetime-local" hint={t('hint.closesAt', { zone })} />
      </div>
      <div class="pair">
        <Field {...of('perBuyerLimit')} type="number" hint={t('hint.perBuyerLimit')} />
        <Field {...of('holdSeconds')} type="number" hint={t('hint.holdSeconds')} />
      </div>
      <Field {...of('standbyLimit')} type="number" hint={t('hint.standbyLimit')} />
    </>
  );
}
