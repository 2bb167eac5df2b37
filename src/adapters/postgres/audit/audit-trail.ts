import type { Pool } from 'pg';
import type { AuditTrail } from '../../../core/audit';
import { readChainFloor } from './queries/read-chain-floor';
import { readChainHead } from './queries/read-chain-head';
import { readCheckpoint } from './queries/read-checkpoint';
import { readEffectPage } from './queries/read-effect-page';
import { readEffects } from './queries/read-effects';
import { readRefusals } from './queries/read-refusals';

/** The audit as it lies in PostgreSQL, for the verifier. */
export const createAuditTrail = (pool: Pool): AuditTrail => ({
  checkpoint: (partition) => readCheckpoint(pool, partition),
  effectPage: (request) => readEffectPage(pool, request),
  doneEntries: (ids) => readEffects(pool, ids),
  chainHead: () => readChainHead(pool),
  chainFloor: () => readChainFloor(pool),
  refusals: (after, limit) => readRefusals(pool, after, limit),
});
