import { anyAmount } from '../../test/support/charges';
import { createPostgresJournal } from '../../src/adapters/postgres/journal/postgres-journal';
import { createAssessedCharge, createCharge } from '../../src/core/payments';
import { startSystem } from '../../test/http/api/memory-system';
import { serveProgram } from '../programs';

/**
 * The whole API in front of a journal on PostgreSQL, with readers and workers elsewhere, as where each has processes
 * of its own: what it costs to accept a charge, without what follows from it.
 */
async function openApi() {
  const journal = createPostgresJournal({ connectionString: process.env['CHARGE_API_DATABASE_URL'] ?? '' });
  const system = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      payments: {
        ...dependencies.payments,
        createCharge: createAssessedCharge(
          createCharge(journal, { livemode: false, ...anyAmount }),
          dependencies.risk.assess,
        ),
      },
    }),
  });
  const { secretKey } = await system.openShop();
  return {
    target: { url: system.baseUrl, secretKey },
    async close() {
      await system.stop();
      await journal.close();
    },
  };
}

const opening = openApi();

serveProgram(
  async () => (await opening).target,
  async () => (await opening).close(),
);
