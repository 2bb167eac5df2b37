import type { DatabaseProgram } from '../../src/adapters/aws/database-users/program-rights';

/** The database user of each program. The migrations make these users, and give each the rights of its program. */
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

/** The database user of programs of versions before: all of them as one. No role may any more. */
export const formerUsers: readonly string[] = ['fincore_service'];
