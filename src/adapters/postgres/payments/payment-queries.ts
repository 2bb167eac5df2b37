import type { Pool } from 'pg';
import {
  type PaymentQueries,
  chargesTable,
  paymentQueries,
  paymentsReadModel,
  refundsTable,
} from '../../../core/payments';
import { createRowQueries } from '../read-model/row-queries';

/** Lists and finds charges and refunds. */
export const createPaymentQueries = (pool: Pool): PaymentQueries =>
  paymentQueries({
    charges: createRowQueries(pool, paymentsReadModel.name, chargesTable),
    refunds: createRowQueries(pool, paymentsReadModel.name, refundsTable),
  });
