import type {
  Lane,
  OpsActionEntry,
  OpsAttempts,
  Page,
  Product,
  Sale,
  SaleAudit,
  SaleFigures,
  SaleReport,
  SaleSample,
} from '../../core/contract.js';
import { type Answer, send } from '../client/http.js';

const SHOWN_MS = 3_600_000;

/** Pages of a hundred sales that are listed: what is older is found by its state. */
const SALE_PAGES = 10;

function get<T>(path: string): Promise<Answer<T>> {
  return send<T>({ method: 'GET', path });
}

export function opsSalePath(saleId: string): string {
  return `/api/ops/sales/${encodeURIComponent(saleId)}`;
}

export const lanes = () => get<Page<Lane>>('/api/ops/lanes');
export const audit = (saleId: string) => get<SaleAudit>(`${opsSalePath(saleId)}/audit`);
export const report = (saleId: string) => get<SaleReport>(`${opsSalePath(saleId)}/report`);
export const sale = (saleId: string) => get<Sale>(`/api/sales/${encodeURIComponent(saleId)}`);

export function products(q: string): Promise<Answer<Page<Product>>> {
  return get(`/api/products?${new URLSearchParams({ q, limit: '50' })}`);
}

export function attempts(
  saleId: string,
  query: Readonly<Record<string, string>>,
): Promise<Answer<OpsAttempts>> {
  return get(`${opsSalePath(saleId)}/attempts?${new URLSearchParams(query)}`);
}

export function actions(query: Readonly<Record<string, string>>) {
  return get<Page<OpsActionEntry>>(`/api/ops/actions?${new URLSearchParams(query)}`);
}

/** All sales, newest first, or those in one state. */
export async function allSales(state: string): Promise<Answer<Sale[]>> {
  const found: Sale[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < SALE_PAGES; pages += 1) {
    const query = new URLSearchParams({ limit: '100' });
    if (state) query.set('state', state);
    if (cursor) query.set('cursor', cursor);
    const answer: Answer<Page<Sale>> = await get(`/api/sales?${query}`);
    if (answer.kind !== 'ok') return answer;
    found.push(...answer.body.items);
    cursor = answer.body.nextCursor;
    if (cursor === null) break;
  }
  return { kind: 'ok', body: found, retryAfterMs: null };
}

/** The figures of a sale; the samples that are known are not asked for again. */
export async function figures(
  saleId: string,
  known: SaleFigures | null,
): Promise<Answer<SaleFigures>> {
  const since = known?.samples.at(-1)?.at;
  const query = since ? `?${new URLSearchParams({ since })}` : '';
  const answer = await get<SaleFigures>(`${opsSalePath(saleId)}/figures${query}`);
  if (answer.kind !== 'ok' || !known) return answer;
  const samples = joined(known.samples, answer.body.samples);
  return { ...answer, body: { ...answer.body, samples } };
}

function joined(before: readonly SaleSample[], after: readonly SaleSample[]): SaleSample[] {
  const newest = after.at(-1) ?? before.at(-1);
  const from = newest ? Date.parse(newest.at) - SHOWN_MS : 0;
  return [...before, ...after].filter(({ at }) => Date.parse(at) > from);
}
