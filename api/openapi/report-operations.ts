import { figuresQuery, opsActionsQuery, opsAttemptsQuery } from '../../core/schemas.js';
import type { Operations } from './operation.js';

/** What the ops pages show of a sale while it runs, and after it. */
export const REPORT_OPERATIONS: Operations = {
  'GET /api/ops/sales/:id/figures': {
    id: 'readFigures',
    summary: 'A sale as it runs, with its last hour; only what came after since.',
    tag: 'Operations',
    for: 'operators',
    query: figuresQuery,
    answers: { 200: 'SaleFigures' },
  },
  'GET /api/ops/sales/:id/attempts': {
    id: 'findAttempts',
    summary: 'Attempts of a sale with their history, from the ledger, in ticket order.',
    tag: 'Operations',
    for: 'operators',
    query: opsAttemptsQuery,
    answers: { 200: 'OpsAttempts' },
  },
  'GET /api/ops/sales/:id/report': {
    id: 'readReport',
    summary: 'What a sale came to, from the ledger.',
    tag: 'Operations',
    for: 'operators',
    answers: { 200: 'SaleReport' },
    problems: ['overloaded'],
  },
  'GET /api/ops/sales/:id/report.csv': {
    id: 'exportAttempts',
    summary: 'Every attempt of a sale, one a row, in ticket order.',
    tag: 'Operations',
    for: 'operators',
    answers: { 200: 'text/csv' },
    problems: ['overloaded'],
  },
  'GET /api/ops/actions': {
    id: 'listActions',
    summary: 'Who did what, newest first; to one object with objectId.',
    tag: 'Operations',
    for: 'operators',
    query: opsActionsQuery,
    answers: { 200: 'OpsActions' },
  },
};
