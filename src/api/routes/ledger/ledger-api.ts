import type { ApiContext } from '../../api-context';
import { ledgerRoutes } from './ledger';
import { ledgerEntryRoutes } from './ledger-entries';
import { LedgerAccountSchema, LedgerEntrySchema } from './ledger-resource';

export const ledgerApi: ApiContext = {
  tags: [{ name: 'Ledger', description: 'The double-entry books.' }],
  schemas: [LedgerAccountSchema, LedgerEntrySchema],
  routes: [ledgerRoutes, ledgerEntryRoutes],
};
