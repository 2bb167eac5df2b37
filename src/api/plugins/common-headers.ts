import { apiVersion } from '../version';

/** On every answer, no matter who makes it. Pages that people read loosen Cache-Control and add a policy of their own. */
export const commonHeaders = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'fincore-version': apiVersion,
} as const;
