import type { Pool } from 'pg';
import { createReadModelReader } from '../../src/adapters/postgres/read-model/read-model-reader';
import { paymentsReadModel } from '../../src/core/payments';

/** Keeps charges and refunds as the journal says. */
export const createPaymentsReader = (pool: Pool) => createReadModelReader(pool, paymentsReadModel);
