import { expect } from 'chai';
import { readGatewayConfig, readMigrateConfig, readWorkerConfig } from '../../core/config.js';
import { ConfigError } from '../../core/errors.js';

const ENV = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  DATABASE_URL: 'mysql://root@127.0.0.1/dropgate',
  SESSION_SECRET: 's'.repeat(32),
  OPS_TOKENS: `anna:${'a'.repeat(24)}`,
};

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('The configuration', () => {
  it('names everything that is missing at once, and has no default for a secret', () => {
    for (const more of [{}, { NODE_ENV: 'production' }, { SESSION_SECRET: '', OPS_TOKENS: '' }]) {
      const message = refusal(() => readGatewayConfig(more));
      for (const name of ['SESSION_SECRET', 'OPS_TOKENS', 'REDIS_URL', 'DATABASE_URL']) {
        expect(message).to.include(`${name} is not set`);
      }
    }
    expect(refusal(() => readWorkerConfig({}))).to.match(
      /REDIS_URL.*DATABASE_URL|DATABASE_URL.*REDIS_URL/,
    );
    expect(refusal(() => readMigrateConfig({}))).to.include('DATABASE_URL is not set');
  });

  it('has the defaults of the contract, also where a variable is empty', () => {
    const empty = { PORT: '', HOST: '', LANES: '', RATE_LIMIT: '', ALLOWED_ORIGINS: '' };
    expect(readGatewayConfig({ ...ENV, ...empty })).to.deep.include({
      PORT: 3000,
      HOST: '127.0.0.1',
      LANES: 2,
      RATE_LIMIT: true,
      BUYER_CONFIRM: true,
      TRUST_PROXY: false,
      ALLOWED_ORIGINS: [],
      MAX_SOCKETS: 10_000,
    });
    expect(readWorkerConfig(ENV)).to.include({ ARCHIVE_AFTER_SECONDS: 3600, LANES: 2 });
  });

  it('takes OPS_TOKEN alone for the name ops, and OPS_TOKENS before it', () => {
    const token = 't'.repeat(24);
    const { OPS_TOKENS: _, ...bare } = ENV;
    expect([...readGatewayConfig({ ...bare, OPS_TOKEN: token }).OPS_TOKENS]).to.deep.equal([
      ['ops', token],
    ]);
    const both = readGatewayConfig({ ...ENV, OPS_TOKEN: token });
    expect([...both.OPS_TOKENS.keys()]).to.deep.equal(['anna']);
    const two = { ...ENV, OPS_TOKENS: `anna:${token} , bert:${token}:x` };
    expect([...readGatewayConfig(two).OPS_TOKENS]).to.deep.equal([
      ['anna', token],
      ['bert', `${token}:x`],
    ]);
  });

  const wrong: Record<string, readonly string[]> = {
    PORT: ['x', '-1', '65536', '1.5'],
    LANES: ['0', '1001', 'two'],
    SESSION_SECRET: ['s'.repeat(31)],
    OPS_TOKENS: [
      'anna:short',
      `anna:${'a'.repeat(24)},anna:${'b'.repeat(24)}`,
      `a b:${'a'.repeat(24)}`,
    ],
    REDIS_URL: ['127.0.0.1:6379', 'http://x'],
    DATABASE_URL: ['postgres://x', 'x'],
    RATE_LIMIT: ['yes', 'true'],
    BUYER_CONFIRM: ['0'],
    LOG_LEVEL: ['loud'],
  };

  for (const [name, values] of Object.entries(wrong)) {
    it(`refuses a wrong ${name} by its name, without showing it`, () => {
      for (const value of values) {
        const message = refusal(() => readGatewayConfig({ ...ENV, [name]: value }));
        expect(message).to.include(name);
        if (/SECRET|TOKEN|URL/.test(name) && value.length > 5)
          expect(message).to.not.include(value);
      }
    });
  }

  it('counts the bytes of the secret, not its characters', () => {
    expect(
      readGatewayConfig({ ...ENV, SESSION_SECRET: '비'.repeat(11) }).SESSION_SECRET,
    ).to.have.length(11);
    refusal(() => readGatewayConfig({ ...ENV, SESSION_SECRET: '비'.repeat(10) }));
  });

  it('reads proxies and origins as Express and the doors want them', () => {
    const trust = (TRUST_PROXY: string) => readGatewayConfig({ ...ENV, TRUST_PROXY }).TRUST_PROXY;
    expect([trust('off'), trust('2'), trust('10.0.0.0/8')]).to.deep.equal([false, 2, '10.0.0.0/8']);
    const { ALLOWED_ORIGINS } = readGatewayConfig({
      ...ENV,
      ALLOWED_ORIGINS: 'https://a.b, https://c.d',
    });
    expect(ALLOWED_ORIGINS).to.deep.equal(['https://a.b', 'https://c.d']);
  });
});
