import type { Store } from '../migrate';
import ledger from './migrations/0001-ledger.sql';

export const ledgerStore: Store = {
  schema: 'ledger',
  migrations: [{ name: '0001-ledger', sql: ledger }],
};
