import { createHmac, randomBytes } from 'node:crypto';

/** The crowd: buyers with tokens of their own, minted as a shop would mint them. */

const HEADER = base64url({ alg: 'HS256', typ: 'JWT' });

/**
 * @param {{buyers: number, sessionSecret: string, arrivalSeconds: number, patienceSeconds: number}} settings
 * @returns {{id: string, token: string}[]}
 */
export function mintCrowd({ buyers, sessionSecret, arrivalSeconds, patienceSeconds }) {
  // A name of its own for each run, so that runs never share a buyer.
  const crowd = randomBytes(5).toString('hex');
  const exp = Math.floor(Date.now() / 1000) + arrivalSeconds + patienceSeconds + 600;
  return Array.from({ length: buyers }, (_, index) => {
    const id = `load-${crowd}-${index + 1}`;
    return { id, token: mint({ sub: id, aud: 'buyer', exp }, sessionSecret) };
  });
}

function mint(claims, secret) {
  const signed = `${HEADER}.${base64url(claims)}`;
  const key = Buffer.from(secret, 'utf8');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
