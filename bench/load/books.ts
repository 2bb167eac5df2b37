import { Client } from 'pg';

/** The books as somebody sees them who waits for them to agree. */
export interface WatchedBooks {
  /**
   * Waits until every charge in the journal shows as settled in the read model, and every one that succeeded in the
   * ledger. @returns how many are missing at the deadline
   */
  missingAfterDraining(): Promise<number>;
  close(): Promise<void>;
}

const drainTimeoutMs = 180_000;
const pollIntervalMs = 50;

/** Cheap, so that waiting does not slow down what is waited for. */
const readersText = `SELECT
  (SELECT position FROM journal.heads WHERE partition = 1)
    = ALL (SELECT position FROM payments.checkpoints UNION ALL SELECT position FROM ledger.checkpoints) AS at_head`;

const missingText = `SELECT
  (SELECT count(*)::integer FROM journal.events WHERE type = 'ChargeCreated')
    - (SELECT count(*)::integer FROM payments.charges WHERE status = 'succeeded') AS unsettled,
  (SELECT count(*)::integer FROM journal.events WHERE type = 'ChargeCaptured')
    - (SELECT count(*)::integer FROM ledger.transactions) AS unbooked`;

export async function watchBooks(databaseUrl: string): Promise<WatchedBooks> {
  const client = new Client({ connectionString: databaseUrl, statement_timeout: 30_000 });
  await client.connect();

  async function missing(): Promise<number> {
    const result = await client.query<{ unsettled: number; unbooked: number }>(missingText);
    const row = result.rows[0];
    if (row === undefined) throw new Error('the books did not answer');
    return Math.max(Math.abs(row.unsettled), Math.abs(row.unbooked));
  }

  async function areReadersAtHead(): Promise<boolean> {
    const result = await client.query<{ at_head: boolean }>({ name: 'readers', text: readersText });
    return result.rows[0]?.at_head ?? false;
  }

  return {
    async missingAfterDraining() {
      const deadlineMs = performance.now() + drainTimeoutMs;
      for (;;) {
        const isLate = performance.now() > deadlineMs;
        if (isLate || (await areReadersAtHead())) {
          const left = await missing();
          if (left === 0 || isLate) return left;
        }
        await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
      }
    },
    close: () => client.end(),
  };
}
