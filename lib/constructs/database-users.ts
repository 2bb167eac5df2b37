import type { DatabaseProgram } from '../../src/adapters/aws/database-users/program-rights';

/** As whom each program signs in. The migrations make these users, and give each the rights of its program. */
export const databaseUsers = {
  api: 'fincore_api',
  relay: 'fincore_relay',
  worker: 'fincore_worker',
  projectionist: 'fincore_projectionist',
  ledger: 'fincore_ledger',
  audit: 'fincore_audit',
  verification: 'fincore_verification',
} as const satisfies Readonly<Record<DatabaseProgram, string>>;

export type DatabaseUser = (typeof databaseUsers)[DatabaseProgram];

/** As whom programs of versions before signed in: all of them as one. No role may any more. */
export const formerUsers: readonly string[] = ['fincore_service'];
