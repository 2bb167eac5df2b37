import type { Store } from '../migrate';
import payments from './migrations/0001-payments.sql';

export const paymentsStore: Store = {
  schema: 'payments',
  migrations: [{ name: '0001-payments', sql: payments }],
};
