import { expect } from 'chai';
import { createVerifier } from 'fast-jwt';
import { PlainToken } from '../../api/plain-token.js';
import { SESSION_SECRET } from '../support/system.js';
import { badTokens, forge, inSeconds } from '../support/tokens.js';

const OTHER = 'A';

describe('The short way for plain tokens', () => {
  const plain = new PlainToken(SESSION_SECRET, 'buyer', 4_096);
  const verify = createVerifier({
    key: SESSION_SECRET,
    algorithms: ['HS256'],
    allowedAud: 'buyer',
    requiredClaims: ['sub', 'exp', 'aud'],
  });
  const claims = { sub: 'alice', aud: 'buyer', iat: inSeconds(-5), exp: inSeconds(3_600) };

  /** What it says, or `null` also where it throws: both leave the token to the library. */
  function short(token: string) {
    try {
      return plain.claims(token);
    } catch {
      return null;
    }
  }

  function expectNoMoreThanTheLibrary(token: string): void {
    const said = short(token);
    if (said === null) return;
    const { sub, exp } = verify(token);
    expect(said).to.deep.equal({ sub, exp });
  }

  it('knows the tokens that libraries write', () => {
    const headers = [{ alg: 'HS256', typ: 'JWT' }, { typ: 'JWT', alg: 'HS256' }, { alg: 'HS256' }];
    for (const header of headers) {
      const { sub, exp } = claims;
      expect(short(forge(claims, header))).to.deep.equal({ sub, exp });
    }
  });

  it('says yes to nothing that the library refuses', () => {
    for (const token of Object.values(badTokens())) expectNoMoreThanTheLibrary(token);
    for (const odd of [
      { iat: inSeconds(60) },
      { exp: 1e300 },
      { exp: 0 },
      { exp: claims.exp + 0.5 },
    ]) {
      expectNoMoreThanTheLibrary(forge({ ...claims, ...odd }));
    }
    const good = forge(claims);
    for (let at = 0; at < good.length; at += 1) {
      if (good[at] === OTHER) continue;
      const changed = `${good.slice(0, at)}${OTHER}${good.slice(at + 1)}`;
      expect(short(changed), `character ${at}`).to.equal(null);
      expectNoMoreThanTheLibrary(good.slice(0, at));
    }
  });

  it('leaves to the library what it does not know at first sight', () => {
    const strange = [
      forge(claims, { alg: 'HS256', typ: 'JWT', kid: '1' }),
      forge({ ...claims, aud: ['buyer'] }),
      forge({ ...claims, nbf: inSeconds(-5) }),
    ];
    for (const token of strange) {
      expect(short(token)).to.equal(null);
      expect(verify(token)).to.include({ sub: 'alice' });
    }
  });
});
