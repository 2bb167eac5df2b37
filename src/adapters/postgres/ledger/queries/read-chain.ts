import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { LedgerEntry } from '../../../../core/ports';
import { type EntryRow, selectEntries, toEntry } from './entry-row';

const text = `${selectEntries}
  WHERE e.tenant = $1 AND e.sequence > $2 AND e.sequence <= $3 ORDER BY e.sequence LIMIT $4`;

/** The next entries of a chain after a sequence, oldest first. */
export async function readChain(
  pool: Pool,
  tenant: TenantId,
  range: { readonly after: number; readonly through: number; readonly limit: number },
): Promise<readonly LedgerEntry[]> {
  const result = await pool.query<EntryRow>({
    name: 'ledger-read-chain',
    text,
    values: [tenant, range.after, range.through, range.limit],
  });
  return result.rows.map(toEntry);
}
