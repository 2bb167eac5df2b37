import { findDamagedRelation, isDamage } from '../adapters/postgres/damaged-relation';
import type { Stores } from '../compose/stores';
import type { Finding } from './check';

/**
 * Turns PostgreSQL's refusal to read a damaged page into a fault that names the table.
 * @returns null for every other error
 */
export async function damageFault({ pools }: Pick<Stores, 'pools'>, error: unknown): Promise<Finding | null> {
  if (!isDamage(error)) return null;
  for (const pool of Object.values(pools)) {
    const found = await findDamagedRelation(pool, error.message).catch(() => null);
    if (found === null) continue;
    const { table, relation } = found;
    const place = relation === table ? `table ${table}` : `table ${table}, ${relation}`;
    return { kind: 'fault', fault: `${place}: PostgreSQL cannot read it: ${error.message}` };
  }
  return { kind: 'fault', fault: `PostgreSQL cannot read a page: ${error.message}` };
}
