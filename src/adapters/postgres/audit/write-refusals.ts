import type { Pool } from 'pg';
import { type RefusedFacts, chainAll } from '../../../core/audit';
import { inTransaction } from '../pool';
import { findIds } from './queries/find-ids';
import { insertRefusals } from './queries/insert-refusals';
import { lockChain } from './queries/lock-chain';
import { sha256 } from '../sha256';

/**
 * Adds a batch to the chain, once: when the answer to a commit was lost, the same batch may come again, and
 * what is there already is left out.
 */
export const writeRefusals = (pool: Pool, batch: readonly RefusedFacts[]): Promise<void> =>
  inTransaction(pool, async (client) => {
    const head = await lockChain(client);
    const known = await findIds(
      client,
      batch.map(({ auditId }) => auditId),
    );
    const chain = chainAll(
      batch.filter(({ auditId }) => !known.has(auditId)),
      head,
      sha256,
    );
    if (chain.entries.length > 0) await insertRefusals(client, chain.entries, chain.head);
  });
