import { expect } from 'chai';
import { afterLogin } from '../../web/ops/after-login.js';

const ORIGIN = 'https://shop.example';

function leadsTo(next: string): string {
  return afterLogin(`?next=${encodeURIComponent(next)}`, ORIGIN);
}

describe('The login of operators', () => {
  it('leads back to the page that was asked for', () => {
    for (const page of [
      '/ops',
      '/ops/trail',
      '/ops/sales/s0-abc/report',
      '/ops/sales/new?product=p-1',
    ]) {
      expect(leadsTo(page)).to.equal(page);
    }
  });

  it('leads to all sales when nothing was asked for, and never to itself', () => {
    expect(afterLogin('', ORIGIN)).to.equal('/ops');
    expect(leadsTo('/ops/login?next=%2Fops%2Flogin')).to.equal('/ops');
  });

  it('leads to no other place, whatever its address says', () => {
    const elsewhere = [
      ...[
        'https://evil.example/ops',
        '//evil.example/ops',
        '/\\evil.example/ops',
        '\\\\evil.example',
      ],
      ...['javascript:alert(1)', 'data:text/html,x', '/opsx', '/ops/../api/ops/session', '/', ''],
      ...[
        '/ops/..//evil.example',
        'https://shop.example:444/ops',
        'http://[',
        '\u0000//evil.example',
      ],
    ];
    for (const next of elsewhere) expect(leadsTo(next), next).to.equal('/ops');
  });
});
