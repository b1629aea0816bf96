import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { buyBySocket, type Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { metricOf, type Scrape, scrape } from '../../support/scrape.js';
import { createProduct, hold } from '../../support/shop.js';
import { System } from '../../support/system.js';

const TABLE_ROW = /^\| `(dropgate_\w+)` \|([^|]*)\|/gm;

/** The labels of each metric, as docs/metrics.md tells them. */
function documented(): Map<string, string[]> {
  const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(TABLE_ROW);
  return new Map(
    [...rows].map(([, name, labels]) => [
      name as string,
      [...(labels as string).matchAll(/`(\w+)`/g)].map(([, label]) => label as string),
    ]),
  );
}

interface Rules {
  readonly groups: { readonly rules: { readonly alert: string; readonly expr: string }[] }[];
}

function alerts() {
  const rules = parse(readFileSync('docker/prometheus-alerts.yml', 'utf8')) as Rules;
  return rules.groups.flatMap((group) => group.rules);
}

function panels(): { readonly title: string; readonly expr: string }[] {
  const dashboard = JSON.parse(readFileSync('docker/grafana/dropgate.json', 'utf8'));
  return dashboard.panels.flatMap((panel: { title: string; targets?: { expr: string }[] }) =>
    (panel.targets ?? []).map(({ expr }) => ({ title: panel.title, expr })),
  );
}

/** Labels that Prometheus adds. */
const PROMETHEUS_LABELS = ['instance', 'job', 'le'];

describe('The metrics of a gateway', () => {
  let system: System;
  let probe: Client;
  let seen: Scrape;
  let buyers: Client[];
  let sales: string[];

  before(async () => {
    system = await System.start();
    probe = system.stranger();
    const few = { stock: 2, perBuyerLimit: 2, standbyLimit: 1 };
    sales = [await system.createSale(few), await system.createSale()];
    buyers = Array.from({ length: 4 }, () => system.buyer());
    const decided: string[] = [];
    for (const [i, buyer] of buyers.entries()) {
      const { body } = await buyer.buy(sales[0] as string, [1, 2, 2, 1][i]);
      decided.push((await buyer.untilDecided(body.id)).state);
    }
    expect(decided).to.deep.equal(['held', 'standby', 'sold-out', 'held']);
    const { socket } = await (buyers[0] as Client).connect();
    await buyBySocket(socket, sales[1] as string);
    await probe.get('/api/sales/none');
    seen = await until((now) => [
      [now.sum('dropgate_ledger_lag_entries'), 0],
      [now.sum('dropgate_decisions_total'), 5],
    ]);
    socket.close();
  });

  after(() => system.stop());

  /** Scrapes until each figure is what it should be. */
  function until(
    figures: (now: Scrape) => readonly (readonly [number, number])[],
  ): Promise<Scrape> {
    return eventually(
      () => scrape(probe),
      (now) => figures(now).every(([is, should]) => is === should),
    );
  }

  /** How much a figure has grown since an earlier scrape. */
  function since(before: Scrape) {
    return (now: Scrape, name: string, labels: Record<string, string> = {}) =>
      now.sum(name, labels) - before.sum(name, labels);
  }

  it('are all in docs/metrics.md, and nothing else is', () => {
    expect([...seen.types.keys()]).to.have.members([...documented().keys()]);
  });

  it('have the labels that docs/metrics.md says', () => {
    const labels = documented();
    for (const sample of seen.samples) {
      const { le: _bucket, ...named } = sample.labels;
      const expected = labels.get(metricOf(sample.name, seen.types));
      expect(Object.keys(named), sample.name).to.have.members(expected as string[]);
    }
  });

  it('are named as Prometheus wants it', () => {
    for (const [name, type] of seen.types) {
      if (name.startsWith('dropgate_nodejs_')) continue;
      expect(name).to.match(/^dropgate_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).to.equal(type === 'counter');
      expect(name, 'base units').to.not.match(/_(?:ms|milliseconds|kb|mb|percent)(?:_|$)/);
    }
  });

  it('name no sale, no buyer and nothing that a client has made up', () => {
    const secrets = [...sales, ...buyers.map(({ name }) => name), 'none'];
    for (const { name, labels } of seen.samples) {
      for (const value of Object.values(labels)) {
        expect(secrets, `${name} ${value}`).to.not.include(value);
      }
    }
  });

  it('count attempts by door and result, requests by route, and batches with all their attempts', () => {
    expect(seen.sum('dropgate_attempts_total', { door: 'http' })).to.equal(4);
    expect(seen.sum('dropgate_attempts_total', { door: 'socket' })).to.equal(1);
    const enter = { method: 'POST', route: '/api/sales/:id/attempts', status: '2xx' };
    expect(seen.sum('dropgate_http_request_duration_seconds_count', enter)).to.equal(4);
    expect(
      seen.sum('dropgate_http_request_duration_seconds_bucket', { ...enter, le: '+Inf' }),
    ).to.equal(4);
    expect(seen.sum('dropgate_http_request_duration_seconds_sum', enter)).to.be.above(0);
    const missing = { route: '/api/sales/:id', status: '4xx' };
    expect(seen.sum('dropgate_http_request_duration_seconds_count', missing)).to.equal(1);
    expect(seen.sum('dropgate_intake_batch_size_sum')).to.equal(5);
    expect(seen.sum('dropgate_intake_batch_duration_seconds_count', { result: 'ok' })).to.equal(
      seen.sum('dropgate_intake_batch_size_count'),
    );
  });

  it('count what became of the attempts', () => {
    const outcome = (name: string) => seen.sum('dropgate_decisions_total', { outcome: name });
    expect(['held', 'standby', 'sold-out', 'rejected'].map(outcome)).to.deep.equal([3, 1, 1, 0]);
    expect(seen.sum('dropgate_attempt_changes_total', { state: 'waiting' })).to.equal(5);
    expect(seen.sum('dropgate_held_units')).to.equal(3);
    expect(seen.sum('dropgate_line_standby')).to.equal(1);
    expect(seen.sum('dropgate_line_waiting')).to.equal(0);
    expect(seen.sum('dropgate_sales')).to.equal(2);
  });

  it('count a hold that is given back, and the standby that gets it, as what they are', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 1 });
    const [first, second] = [system.buyer(), system.buyer()];
    const before = await scrape(probe);
    const { id } = await hold(first, sale);
    const waiting = (await second.buy(sale)).body;
    await second.untilDecided(waiting.id);
    await first.delete(`/api/attempts/${id}`);
    const more = since(before);
    const changes = 'dropgate_attempt_changes_total';
    // The standby was decided before: to get what comes back is no second decision.
    await until((now) => [
      [more(now, changes, { state: 'released' }), 1],
      [more(now, changes, { state: 'standby' }), 1],
      [more(now, changes, { state: 'held' }), 2],
      [more(now, 'dropgate_decisions_total'), 2],
    ]);
  });

  it('count an ordered hold once, although it is tied to its order first', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const product = await createProduct(system);
    await hold(buyer, sale);
    await buyer.send('PUT', `/api/cart/items/${product}`, { quantity: 1 });
    const before = await scrape(probe);
    const body = { paymentReference: 'paid' };
    await buyer.post('/api/orders', body, { 'idempotency-key': 'once' });
    const more = since(before);
    const changes = 'dropgate_attempt_changes_total';
    const now = await until((then) => [[more(then, changes, { state: 'confirmed' }), 1]]);
    expect(more(now, changes, { state: 'held' })).to.equal(0);
  });

  it('tell that a lane has no worker, and a takeover by the fencing token', async () => {
    const before = await scrape(probe);
    expect(before.sum('dropgate_lane_owned')).to.equal(2);
    expect(before.sum('dropgate_lane_open')).to.equal(2);
    expect(before.sum('dropgate_server_up')).to.equal(2);
    await system.workers[0]?.end('SIGTERM');
    await until((now) => [[now.sum('dropgate_lane_owned'), 0]]);
    await system.startWorker();
    const token = 'dropgate_lane_fencing_token';
    await until((now) => [
      [now.sum('dropgate_lane_owned'), 2],
      [now.sum(token), before.sum(token) + 2],
    ]);
  });
});

describe('Alarms and dashboard', () => {
  const known = documented();

  function expectKnown(expr: string, what: string): void {
    const bare = expr.replace(/"[^"]*"/g, '""');
    const names = [...bare.matchAll(/\b(dropgate_\w+|up)\b/g)].map(([, name]) => name as string);
    expect(names, what).to.not.be.empty;
    for (const name of names.filter((one) => one !== 'up')) {
      const base = name.replace(/_(?:bucket|sum|count)$/, '');
      expect(known.has(name) || known.has(base), `${what}: ${name}`).to.equal(true);
    }
    const bases = names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
    const labels = [...names, ...bases].flatMap((name) => known.get(name) ?? []);
    const lists = [...bare.matchAll(/\b(?:by|on|without) \(([^)]*)\)|\{([^}]*)\}/g)];
    const asked = lists.flatMap(([, list = '', matchers = '']) => [
      ...list.split(',').map((label) => label.trim()),
      ...[...matchers.matchAll(/(\w+)[=!]/g)].map(([, label]) => label as string),
    ]);
    const usable = [...labels, ...PROMETHEUS_LABELS];
    for (const label of asked.filter((one) => one !== '')) {
      expect(usable, `${what}: ${label}`).to.include(label);
    }
  }

  it('ask for metrics and labels that there are', () => {
    for (const { alert, expr } of alerts()) expectKnown(expr, alert);
    for (const { title, expr } of panels()) expectKnown(expr, title);
    expect(alerts()).to.have.length.above(10);
    expect(panels()).to.have.length.above(20);
  });

  it('would be found to ask for something else', () => {
    const wrong = [
      'dropgate_nothing',
      'sum by (sale) (dropgate_sales)',
      'dropgate_sales{lane="0"}',
    ];
    for (const expr of wrong) expect(() => expectKnown(expr, expr), expr).to.throw();
  });

  it('are told in docs/metrics.md, each alarm by its name', () => {
    const text = readFileSync('docs/metrics.md', 'utf8');
    const told = [...text.matchAll(/^\| `(Dropgate\w+)` \|/gm)].map(([, name]) => name);
    expect(told).to.have.members(alerts().map(({ alert }) => alert));
  });

  it('do not add up over gateways what each of them sees whole', () => {
    const text = readFileSync('docs/metrics.md', 'utf8');
    const whole = [...text.matchAll(/^\| `(dropgate_\w+)` \|[^|]*\| all \|/gm)].map(([, n]) => n);
    expect(whole).to.have.length.above(8);
    for (const { expr } of [...alerts(), ...panels()]) {
      for (const name of whole) {
        const added = new RegExp(
          `sum(?: by \\((?!lane, instance)[^)]*\\))? ?\\((?:rate\\()?${name}`,
        );
        expect(expr).to.not.match(added);
      }
    }
  });
});
