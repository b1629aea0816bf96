import type { SaleState } from '../../../core/domain/sale.js';
import { t } from '../texts.js';

export function StateBadge({ state }: { readonly state: SaleState }) {
  return (
    <span class="badge" data-state={state}>
      {t(`sale.state.${state}`)}
    </span>
  );
}
