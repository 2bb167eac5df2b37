import { Client } from 'pg';

/** The tables that a rebuild must bring back row by row, refusals of the audit aside: they stand only there. */
const tables = {
  payments: ['payments.charges', 'payments.refunds', 'payments.metadata', 'payments.checkpoints'],
  ledger: ['ledger.entries', 'ledger.transactions', 'ledger.accounts', 'ledger.chains', 'ledger.checkpoints'],
  audit: ['audit.entries', 'audit.chain', 'audit.checkpoints'],
} as const;

export const rebuildableReaders = ['payments', 'ledger', 'audit'] as const;
export type RebuildableName = (typeof rebuildableReaders)[number];

/** Every row of a reader's tables as text, sorted: two dumps are equal when the tables are. */
export async function dump(databaseUrl: string, reader: RebuildableName): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl, query_timeout: 30_000 });
  await client.connect();
  try {
    const rows: string[] = [];
    for (const table of tables[reader]) {
      const found = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${table} t ORDER BY t::text COLLATE "C"`,
      );
      rows.push(...found.rows.map(({ row }) => `${table} ${row}`));
    }
    return rows;
  } finally {
    await client.end();
  }
}
