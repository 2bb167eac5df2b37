import {
  type ChargeRow,
  type PaymentQueries,
  type RefundRow,
  chargesTable,
  paymentQueries,
  paymentsReadModel,
  refundsTable,
} from '../../core/payments';
import type { RebuildableReader } from '../../core/ports';
import { createMemoryRowQueries } from './read-model';
import { type MemoryReadModels, createMemoryReadModels } from './read-models';

export interface MemoryPayments {
  readonly reader: RebuildableReader;
  readonly queries: PaymentQueries;
  /** The rows themselves, for simulations that look at them or break them. */
  readonly rows: {
    readonly charges: Map<string, ChargeRow>;
    readonly refunds: Map<string, RefundRow>;
  };
}

/** Charges and refunds without a database, kept for the life of the process. @param models those of all contexts @default payments alone */
export function createMemoryPayments(
  models: Pick<MemoryReadModels, 'of'> = createMemoryReadModels([paymentsReadModel]),
): MemoryPayments {
  const { reader, rows: charges, parts } = models.of(paymentsReadModel);
  const refunds = parts[0] ?? new Map<string, RefundRow>();
  return {
    reader,
    rows: { charges, refunds },
    queries: paymentQueries({
      charges: createMemoryRowQueries(charges, chargesTable),
      refunds: createMemoryRowQueries(refunds, refundsTable),
    }),
  };
}
