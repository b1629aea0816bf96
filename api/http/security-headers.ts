import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The headers that protect a browser which shows what the gateway answers. */
const ofPages = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      // Local installations have no TLS; in production the balancer redirects.
      upgradeInsecureRequests: null,
    },
  },
});

/**
 * The same for data: it may load nothing and be framed by nobody, and the headers for pages of old
 * browsers are left out. Node checks and copies each header of each answer.
 */
const ofData = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    // These three do not fall back to the first.
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** Protects every answer of the gateway. */
export const securityHeaders: RequestHandler = (request, response, next) => {
  const protect = request.path.startsWith('/api/') ? ofData : ofPages;
  protect(request, response, next);
};

/** Those of data as a flat list, for answers that Express does not write: always the same. */
export function dataHeaderList(): readonly string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  ofData(request, response, () => undefined);
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}
