import { accountsContext } from './accounts';
import { jobsContext } from './jobs';
import { paymentsContext } from './payments';
import { createRegistry } from './ports';
import { riskContext } from './risk';

/** Every context of FinCore. Readers, queues, rights, reference pages and verification follow from this list. */
export const contexts = createRegistry([accountsContext, paymentsContext, riskContext, jobsContext]);
