import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { createPaymentsReader } from '../adapters/postgres/payments/payments-reader';
import type { Stores } from '../compose/stores';

const stores = ['journal', 'ledger', 'audit', 'payments'] as const;

/** How far the journal and its readers had come when somebody looked, in positions. */
export type Reached = Readonly<Record<(typeof stores)[number], number>>;

export const nothingReached: Reached = { journal: 0, ledger: 0, audit: 0, payments: 0 };

export async function readReached({ records, pools }: Stores): Promise<Reached> {
  return {
    ledger: await createLedgerReader(pools.ledger).checkpoint(),
    audit: await createAuditReader(pools.audit).checkpoint(),
    payments: await createPaymentsReader(pools.payments).checkpoint(),
    // Last: no reader is ahead of it.
    journal: await records.head(),
  };
}

/**
 * The first that stands before where it stood: it is being rebuilt, or was restored. What was verified of it is no
 * longer there to go on from.
 */
export const hasGoneBack = (before: Reached, now: Reached): keyof Reached | null =>
  stores.find((store) => now[store] < before[store]) ?? null;
