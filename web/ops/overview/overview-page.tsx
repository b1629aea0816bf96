import { useState } from 'preact/hooks';
import type { Lane, Sale } from '../../../core/contract.js';
import { SALE_STATES } from '../../../core/domain/sale.js';
import type { Answer } from '../../client/http.js';
import { mountPage } from '../../ui/page.js';
import * as api from '../api.js';
import { Frame, LinkState } from '../parts/frame.js';
import { LaneNotices } from '../parts/lane-notices.js';
import { plural, t } from '../texts.js';
import { usePolled } from '../use-polled.js';
import { LaneTable } from './lane-table.js';
import { SaleTable } from './sale-table.js';

const EVERY_MS = 2_000;

interface Overview {
  readonly lanes: readonly Lane[];
  readonly sales: readonly Sale[];
}

async function look(state: string): Promise<Answer<Overview>> {
  const [lanes, sales] = await Promise.all([api.lanes(), api.allSales(state)]);
  if (lanes.kind !== 'ok') return lanes;
  if (sales.kind !== 'ok') return sales;
  const body = { lanes: lanes.body.items, sales: sales.body };
  return { kind: 'ok', body, retryAfterMs: null };
}

function Content() {
  const [state, setState] = useState('');
  const [wanted, setWanted] = useState('');
  const polled = usePolled<Overview>(() => look(state), EVERY_MS, state);
  const { lanes = [], sales = null } = polled.value ?? {};
  return (
    <Frame title={t('overview.title')} here="/ops">
      <div class="head">
        <h1 id="sales-head">{t('overview.title')}</h1>
        <a class="primary" href="/ops/sales/new">
          {t('newSale.title')}
        </a>
      </div>
      <LinkState polled={polled} />
      <LaneNotices lanes={lanes} />
      <Filters {...{ state, setState, wanted, setWanted }} />
      {sales && <Found sales={sales.filter(matches(wanted))} none={sales.length === 0 && !state} />}
      <div class="part">
        <h2 id="lanes-head">{t('overview.lanes')}</h2>
        <p class="quiet">{t('overview.lanes.what')}</p>
        {polled.value && <LaneTable lanes={lanes} />}
      </div>
    </Frame>
  );
}

function matches(wanted: string): (sale: Sale) => boolean {
  const word = wanted.trim().toLocaleLowerCase();
  return ({ id, title, product }) =>
    [id, title, product.name].some((text) => text.toLocaleLowerCase().includes(word));
}

interface FoundProps {
  readonly sales: readonly Sale[];
  /** There is no sale at all yet. */
  readonly none: boolean;
}

function Found({ sales, none }: FoundProps) {
  if (none) return <p>{t('overview.first')}</p>;
  return (
    <>
      <p class="quiet" role="status">
        {plural('overview.found', sales.length)}
      </p>
      {sales.length > 0 && <SaleTable sales={sales} />}
    </>
  );
}

interface FilterProps {
  readonly state: string;
  readonly setState: (state: string) => void;
  readonly wanted: string;
  readonly setWanted: (wanted: string) => void;
}

function Filters({ state, setState, wanted, setWanted }: FilterProps) {
  return (
    <search class="filters">
      <div class="field">
        <label for="wanted">{t('overview.search')}</label>
        <input
          id="wanted"
          type="search"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="state">{t('sale.state')}</label>
        <select id="state" value={state} onChange={(event) => setState(event.currentTarget.value)}>
          <option value="">{t('overview.anyState')}</option>
          {SALE_STATES.map((one) => (
            <option key={one} value={one}>
              {t(`sale.state.${one}`)}
            </option>
          ))}
        </select>
      </div>
    </search>
  );
}

mountPage(Content);
