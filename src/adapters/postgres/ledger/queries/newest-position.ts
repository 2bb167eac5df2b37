import type { Pool } from 'pg';

const text = `
  SELECT max(t.position) AS position
  FROM ledger.chains c
  JOIN ledger.entries e ON e.tenant = c.tenant AND e.sequence = c.sequence
  JOIN ledger.transactions t ON t.id = e.transaction_id`;

/** The position of the newest event that has entries, by the ends of the tenants' chains; 0 where there are none. */
export async function newestLedgerPosition(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ position: string | null }>(text);
  return Number(rows[0]?.position ?? 0);
}
