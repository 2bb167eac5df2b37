import type { Answer } from './answer';

export const html = (status: number, body: string): Answer => ({
  status,
  body,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    // A merchant's page may follow the form's redirect, wherever it is.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http: https:",
    'x-content-type-options': 'nosniff',
  },
});

export const json = (status: number, value: unknown): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: {},
});
