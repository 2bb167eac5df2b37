import type { Store } from '../migrate';
import risk from './migrations/0001-risk.sql';

export const riskStore: Store = {
  schema: 'risk',
  migrations: [{ name: '0001-risk', sql: risk }],
};
