import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { createReadModelReader } from '../adapters/postgres/read-model/read-model-reader';
import type { Stores } from '../compose/stores';
import { contexts } from '../core/contexts';

/** How far the journal and its readers had come when somebody looked, in positions, by their names. */
export type Reached = Readonly<Record<string, number>> & { readonly journal: number };

export const nothingReached: Reached = { journal: 0 };

export async function readReached(stores: Stores): Promise<Reached> {
  const { records, pools } = stores;
  const readers = [
    createLedgerReader(pools.ledger),
    createAuditReader(pools.audit),
    ...contexts.readModels.map((model) => createReadModelReader(stores.poolOf(model), model)),
  ];
  const reached: Record<string, number> = {};
  for (const reader of readers) reached[reader.name] = await reader.checkpoint();
  // Last: no reader is ahead of it.
  return { ...reached, journal: await records.head() };
}

/**
 * The first that stands before where it stood: it is being rebuilt, or was restored. What was verified of it is no
 * longer there to go on from.
 */
export const hasGoneBack = (before: Reached, now: Reached): string | null =>
  Object.entries(before).find(([name, position]) => (now[name] ?? 0) < position)?.[0] ?? null;
