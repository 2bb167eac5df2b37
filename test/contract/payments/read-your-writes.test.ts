import { randomInt } from 'node:crypto';
import { createFeedTail } from '../../../src/adapters/postgres/journal/feed-tail';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { createPaymentsReader } from '../../support/payments-reader';
import { paymentsStore } from '../../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../../src/adapters/postgres/pool';
import type { Ids } from '../../../src/core/kernel';
import { newId } from '../../../src/core/kernel';
import { chargeCodec, chargeStream } from '../../../src/core/payments';
import { readYourWrites, toStream } from '../../../src/core/ports';
import { follow } from '../../../src/runtime/follow';
import { created } from '../../support/charges';
import { createTestDatabase } from '../../support/postgres';
import { tenants } from './random-history';

const [tenant] = tenants;
let sequence = 0;
const ids: Ids = () => String((sequence += 1)).padStart(26, '0');

/** One process: its journal, its tail of the feed, its reader and its queries. */
async function startProcess(url: string, errors: unknown[]) {
  const journal = createPostgresJournal({ connectionString: url, pollIntervalMs: 200 });
  const pool = openPool({ connectionString: url, size: 4, applicationName: 'fincore-test' });
  const tail = await createFeedTail(journal, { onError: (error) => errors.push(error) });
  const following = follow(tail, createPaymentsReader(pool), {
    startTimer(delayMs, fire) {
      const timer = setTimeout(fire, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => randomInt(1_000) / 1_000,
    onError: ({ error }) => errors.push(error),
  });
  return {
    journal,
    queries: readYourWrites(createPaymentQueries(pool), tail, following, 10_000),
    async stop() {
      await following.stop();
      await tail.close();
      await journal.close();
      await pool.end();
    },
  };
}

test('in several processes at once, a list shows what was acknowledged anywhere before it', async () => {
  const database = await createTestDatabase();
  for (const store of [journalStore, paymentsStore]) await migrate(database.url, store);
  const errors: unknown[] = [];
  const processes = await Promise.all([1, 2, 3].map(() => startProcess(database.url, errors)));
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const [writer, reader] = [processes[n % 3], processes[(n + 1) % 3]];
      const chargeId = newId('ch', ids);
      await writer?.journal.append(
        toStream({
          tenant,
          stream: chargeStream(chargeId),
          expectedVersion: 0,
          events: [chargeCodec.encode(created({ chargeId, metadata: { n: String(n) } }))],
          metadata: { actor: 'test', correlationId: 'c1' },
        }),
      );
      const shown = await reader?.queries.listCharges(tenant, { metadata: { n: String(n) } }, { limit: 1 });
      expect(shown).toMatchObject({ value: { rows: [{ charge: { terms: { chargeId } } }] } });
    }),
  );
  expect(errors).toEqual([]);
  await Promise.all(processes.map((one) => one.stop()));
  await database.drop();
});
