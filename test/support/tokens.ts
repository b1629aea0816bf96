import { createHmac } from 'node:crypto';
import { SESSION_SECRET } from './system.js';

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Seconds since the epoch, `ahead` seconds from now. */
export function inSeconds(ahead: number): number {
  return Math.floor(Date.now() / 1000) + ahead;
}

/** Signs whatever it is given, also what no honest library would. */
export function forge(
  payload: unknown,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
  { secret = SESSION_SECRET, hash = 'sha256' } = {},
): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

/** Tokens that speak for nobody, by what is wrong with them. */
export function badTokens(): Record<string, string> {
  const claims = { sub: 'mallory', aud: 'buyer', exp: inSeconds(3600) };
  const { exp: _exp, ...endless } = claims;
  const { aud: _aud, ...forNobody } = claims;
  const { sub: _sub, ...ofNobody } = claims;
  const good = forge(claims);
  const [head, , signature] = good.split('.') as [string, string, string];
  const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}`;
  return {
    'not a token': 'nonsense',
    'three words': 'a.b.c',
    'another secret': forge(claims, undefined, { secret: 'x'.repeat(40) }),
    'an empty secret': forge(claims, undefined, { secret: '' }),
    'other claims under a good signature': `${head}.${encoded({ ...claims, sub: 'eve' })}.${signature}`,
    'no signature': `${head}.${encoded(claims)}.`,
    'alg none, unsigned': `${unsigned}.`,
    'alg none, with a signature': `${unsigned}.${signature}`,
    'alg None in capitals': forge(claims, { alg: 'None', typ: 'JWT' }),
    'HS512 with the right secret': forge(claims, { alg: 'HS512', typ: 'JWT' }, { hash: 'sha512' }),
    'HS384 with the right secret': forge(claims, { alg: 'HS384', typ: 'JWT' }, { hash: 'sha384' }),
    'another hash under the right name': forge(claims, undefined, { hash: 'sha512' }),
    'PS256 signed by HMAC': forge(claims, { alg: 'PS256', typ: 'JWT' }),
    'ES256 signed by HMAC': forge(claims, { alg: 'ES256', typ: 'JWT' }),
    'algorithms in a list': forge(claims, { alg: ['none', 'HS256'], typ: 'JWT' }),
    'a kid that leads to an empty key': forge(
      claims,
      { alg: 'HS256', kid: '../../../../dev/null' },
      { secret: '' },
    ),
    'a kid that asks SQL for a key': forge(
      claims,
      { alg: 'HS256', kid: "x' UNION SELECT 'k" },
      { secret: 'k' },
    ),
    'its own key in the header': forge(
      claims,
      { alg: 'HS256', jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } },
      { secret: 'mine' },
    ),
    'RS256 signed by HMAC': forge(claims, { alg: 'RS256', typ: 'JWT' }),
    'no algorithm': forge(claims, { typ: 'JWT' }),
    expired: forge({ ...claims, exp: inSeconds(-1) }),
    'not valid yet': forge({ ...claims, nbf: inSeconds(3600) }),
    'no expiry': forge(endless),
    'expiry null': forge({ ...claims, exp: null }),
    'expiry as text': forge({ ...claims, exp: String(claims.exp) }),
    'expiry as a list': forge({ ...claims, exp: [claims.exp] }),
    'another audience': forge({ ...claims, aud: 'seller' }),
    'the audience of operators': forge({ ...claims, aud: 'ops' }),
    'an audience that begins alike': forge({ ...claims, aud: 'buyers' }),
    'no audience': forge(forNobody),
    'no subject': forge(ofNobody),
    'a number as subject': forge({ ...claims, sub: 7 }),
    'an object as subject': forge({ ...claims, sub: { toString: 'mallory' } }),
    'an empty subject': forge({ ...claims, sub: '' }),
    'a subject of 65 characters': forge({ ...claims, sub: 'a'.repeat(65) }),
    'a subject with a colon': forge({ ...claims, sub: 'a:b' }),
    'a subject with a bar': forge({ ...claims, sub: 'a|b' }),
    'a subject with braces': forge({ ...claims, sub: '{lane-0}' }),
    'a subject with a newline': forge({ ...claims, sub: 'mallory\n' }),
    'a subject outside ASCII': forge({ ...claims, sub: '구매자' }),
    'claims that are a list': forge([claims]),
    'claims that are null': forge(null),
    'five kilobytes of claims': forge({ ...claims, pad: 'x'.repeat(5_000) }),
  };
}
