import type { Request, Response } from 'express';
import { describeApi } from '../../openapi/document.js';

/** It changes with a release only; every page of /docs asks for it. */
const MAX_AGE_SECONDS = 300;

export function descriptionHandlers() {
  let text: string | null = null;
  return {
    /** GET /openapi.json: made when first asked for, as it takes some 40 ms. */
    async read(_request: Request, response: Response): Promise<void> {
      text ??= JSON.stringify(describeApi());
      response.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
      response.type('application/json').send(text);
    },
  };
}
