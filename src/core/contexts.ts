import { accountsContext } from './accounts';
import { jobsContext } from './jobs';
import { paymentsContext } from './payments';
import { type Registry, createRegistry } from './ports';
import { riskContext } from './risk';
import { createWebhooksContext } from './webhooks';

/** Every context of FinCore. Readers, queues, rights, reference pages and verification follow from this list. */
export const contexts: Registry = createRegistry([
  accountsContext,
  paymentsContext,
  riskContext,
  jobsContext,
  createWebhooksContext({ publicEventOf: (recorded) => contexts.publicEventOf(recorded) }),
]);
