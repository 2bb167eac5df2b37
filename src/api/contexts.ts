import type { ApiContext } from './api-context';
import { accountsApi } from './routes/accounts/accounts-api';
import { auditApi } from './routes/audit/audit-api';
import { ledgerApi } from './routes/ledger/ledger-api';
import { riskApi } from './routes/risk/risk-api';
import { paymentsApi } from './routes/payments/payments-api';
import { webhooksApi } from './routes/webhooks/webhooks-api';

/** Every context that has routes, in the order of the reference. */
export const apiContexts: readonly ApiContext[] = [
  paymentsApi,
  riskApi,
  webhooksApi,
  ledgerApi,
  auditApi,
  accountsApi,
];
