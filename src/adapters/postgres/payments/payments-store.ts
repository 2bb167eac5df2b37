import type { Store } from '../migrate';
import payments from './migrations/0001-payments.sql';
import refundFilters from './migrations/0002-refund-filters.sql';

export const paymentsStore: Store = {
  schema: 'payments',
  migrations: [
    { name: '0001-payments', sql: payments },
    { name: '0002-refund-filters', sql: refundFilters },
  ],
};
