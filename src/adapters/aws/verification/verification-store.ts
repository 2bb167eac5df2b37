import type { Store } from '../../postgres/migrate';
import verification from './migrations/0001-verification.sql';

/** Lives in the journal's database: what is kept are positions of the journal. */
export const verificationStore: Store = {
  schema: 'verification',
  migrations: [{ name: '0001-verification', sql: verification }],
};
