import type { Pool } from 'pg';
import type { AuditTrail } from '../../../core/audit';
import { readChainHead } from './queries/read-chain-head';
import { readEffects } from './queries/read-effects';
import { readExtent } from './queries/read-extent';
import { readRefusals } from './queries/read-refusals';

/** The audit as it lies in PostgreSQL, for the verifier. */
export const createAuditTrail = (pool: Pool): AuditTrail => ({
  extent: (partition) => readExtent(pool, partition),
  doneEntries: (ids) => readEffects(pool, ids),
  chainHead: () => readChainHead(pool),
  refusals: (after, limit) => readRefusals(pool, after, limit),
});
