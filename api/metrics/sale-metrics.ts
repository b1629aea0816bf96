import { Gauge, type Registry } from 'prom-client';
import { laneOfSale } from '../../core/domain/ids.js';
import { SALE_STATES, type SaleRecord, saleStateAt } from '../../core/domain/sale.js';

/** The sales of the open lanes, as this gateway knows them. */
export interface SaleSources {
  readonly sales: () => Iterable<SaleRecord>;
  /** Redis time, in milliseconds. */
  readonly now: () => number;
}

type Count = 'waiting' | 'standby' | 'held';

/** Lines and holds, added up by lane: a sale by itself is the business of the ops pages. */
export function measureSales({ sales, now }: SaleSources, registers: Registry[]): void {
  const byLane = (name: string, help: string, count: Count) =>
    new Gauge({
      name,
      help,
      labelNames: ['lane'],
      registers,
      collect() {
        this.reset();
        for (const { id, counts } of sales())
          this.inc({ lane: laneOfSale(id) ?? '' }, counts[count]);
      },
    });
  byLane('dropgate_line_waiting', 'Attempts that wait to be decided.', 'waiting');
  byLane('dropgate_line_standby', 'Attempts that stand by for stock that comes back.', 'standby');
  byLane('dropgate_held_units', 'Units of stock that are held for buyers.', 'held');
  new Gauge({
    name: 'dropgate_sales',
    help: 'Sales that are not archived, by state.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of SALE_STATES) if (state !== 'archived') this.set({ state }, 0);
      for (const sale of sales()) this.inc({ state: saleStateAt(sale, now()) });
    },
  });
  new Gauge({
    name: 'dropgate_sales_faulted',
    help: 'Sales that were paused because their script kept failing.',
    registers,
    collect() {
      this.set([...sales()].filter(({ pausedFor }) => pausedFor === 'fault').length);
    },
  });
}
