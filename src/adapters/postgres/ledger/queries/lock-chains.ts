import type { ClientBase } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { ChainHead } from '../../../../core/ports';
import { chainColumns, type ChainRow, toChainHead } from './chain-row';

const text = `
  SELECT ${chainColumns} FROM ledger.chains WHERE tenant = ANY ($1::text[]) ORDER BY tenant FOR UPDATE`;

/** The chains that exist of those tenants, locked in the order of the tenants. */
export async function lockChains(
  client: ClientBase,
  tenants: readonly TenantId[],
): Promise<ReadonlyMap<TenantId, ChainHead>> {
  const result = await client.query<ChainRow>({ name: 'ledger-lock-chains', text, values: [tenants] });
  return new Map(result.rows.map((row) => [row.tenant, toChainHead(row)]));
}
