import type { Operations } from './operation.js';

/** What balancers, monitoring and tools use. */
export const PROBE_OPERATIONS: Operations = {
  'GET /healthz': {
    id: 'isAlive',
    summary: 'The process lives and its event loop turns.',
    tag: 'Probes',
    for: 'anybody',
    answers: { 200: 'Alive' },
  },
  'GET /readyz': {
    id: 'isReady',
    summary: 'Whether a balancer may send buyers here; 503 while load is shed.',
    tag: 'Probes',
    for: 'anybody',
    answers: { 200: 'Ready' },
    problems: ['overloaded', 'recovering'],
  },
  'GET /metrics': {
    id: 'readMetrics',
    summary: 'Prometheus metrics of this gateway.',
    tag: 'Probes',
    for: 'anybody',
    answers: { 200: 'text/plain' },
  },
  'GET /openapi.json': {
    id: 'readDescription',
    summary: 'This description, as OpenAPI 3.1.',
    tag: 'Probes',
    for: 'anybody',
    answers: { 200: 'application/json' },
  },
};
