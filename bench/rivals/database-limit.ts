import { Client } from 'pg';
import { chargeBody } from '../load/charge-load';
import { batchOfOneHundred, rivalSchema } from './rival-statements';

const clientCount = 2;
const batchSize = 100;
const statementTimeoutMs = 30_000;

/** What the database itself can do: batches of 100 on two connections, without a network or an application. */
export async function chargesPerSecondLimit(databaseUrl: string, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: clientCount }, async () => {
      const client = new Client({ connectionString: databaseUrl, statement_timeout: statementTimeoutMs });
      await client.connect();
      let count = 0;
      while (performance.now() < until) {
        await client.query({ name: 'batch', text: batchOfOneHundred, values: [chargeBody] });
        count += batchSize;
      }
      await client.end();
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1_000);
}

export async function createRivalTables(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, statement_timeout: statementTimeoutMs });
  await client.connect();
  await client.query(rivalSchema);
  await client.end();
}
