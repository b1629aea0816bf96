import type { Response } from 'express';
import type { KeyedRequest } from '../../core/stores/ops.js';
import type { Services } from '../services.js';
import { opsOf } from './gatekeeping.js';

/** Records what an operator did, under the name of the token that was used. */
export async function recordAction(
  { stores, log }: Services,
  response: Response,
  action: string,
  objectId: string,
  detail: unknown,
): Promise<void> {
  const opsName = opsOf(response);
  log.info({ opsName, action, objectId }, 'ops action');
  await stores.opsActions.record({ opsName, action, objectId, detail });
}

/**
 * The id under which a keyed request makes its object: the new one, or that of its first try.
 * `null`: the key came with another body before.
 */
export async function claimId(
  { stores }: Services,
  request: KeyedRequest,
  newId: string,
): Promise<string | null> {
  if (request.key === '') return newId;
  const claim = await stores.idempotency.claim(request, newId);
  return claim.kind === 'reused' ? null : claim.objectId;
}
