import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';

const HOUR_MS = 3_600_000;

describe('The janitor', () => {
  let system: System;

  before(async () => {
    system = await System.start({ workers: 0, gateways: 0 });
  });

  after(() => system.stop());

  it('forgets idempotency keys after two days, and not before, however many they are', async () => {
    const keys = (name: string, ageHours: number, count: number) =>
      Array.from({ length: count }, (_none, i) => ({
        scope: 'ops create-sale',
        request_key: `${name}-${i}`,
        body_hash: 'x'.repeat(64),
        object_id: 'an-object',
        used_at: Date.now() - ageHours * HOUR_MS,
      }));
    await system
      .db('idempotency_keys')
      .insert([...keys('old', 49, 1_500), ...keys('young', 47, 3)]);
    const worker = await system.startWorker();
    const left = await eventually(
      () => system.db('idempotency_keys').select('request_key'),
      (rows) => rows.length <= 3,
    );
    expect(left.map(({ request_key }) => request_key).sort()).to.deep.equal([
      'young-0',
      'young-1',
      'young-2',
    ]);
    await worker.end('SIGTERM');
  });

  it('forgets samples after two hours, and not before', async () => {
    const minutesAgo = (minutes: number) => ({
      sale_id: '',
      slot: Date.now() - minutes * 60_000,
      gateway_id: `${minutes}`,
      figures: '{}',
    });
    await system.db('samples').insert([0, 1, 119, 121, 180, 9_999].map(minutesAgo));
    await system.startWorker();
    const left = await eventually(
      () => system.db('samples').orderBy('slot', 'desc').select('gateway_id'),
      (rows) => rows.length <= 3,
    );
    expect(left.map(({ gateway_id }) => gateway_id)).to.deep.equal(['0', '1', '119']);
  });
});
