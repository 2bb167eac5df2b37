import type { TenantId } from '../../../../core/kernel';
import type { ChainHead } from '../../../../core/ports';
import { epochMs } from './epoch-ms';

export const chainColumns = `tenant, sequence, encode(hash, 'hex') AS hash, ${epochMs('effective_at')} AS effective_at_ms`;

export interface ChainRow {
  readonly tenant: TenantId;
  readonly sequence: string;
  readonly hash: string;
  readonly effective_at_ms: string;
}

export const toChainHead = (row: ChainRow): ChainHead => ({
  tenant: row.tenant,
  sequence: Number(row.sequence),
  hash: row.hash,
  effectiveAt: Number(row.effective_at_ms),
});
