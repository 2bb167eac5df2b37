import type { Store } from '../migrate';
import audit from './migrations/0001-audit.sql';

export const auditStore: Store = {
  schema: 'audit',
  migrations: [{ name: '0001-audit', sql: audit }],
};
