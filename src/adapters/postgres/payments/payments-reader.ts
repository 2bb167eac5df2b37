import type { Pool } from 'pg';
import { paymentsReadModel } from '../../../core/payments';
import type { RebuildableReader } from '../../../core/ports';
import { createReadModelReader } from '../read-model/read-model-reader';

/** Keeps charges and refunds as the journal says. */
export const createPaymentsReader = (
  pool: Pool,
  options: { /** @default 1 */ readonly partition?: number } = {},
): RebuildableReader => createReadModelReader(pool, paymentsReadModel, options);
