import { jobsStore } from '../../../src/adapters/embedded/job-queue/jobs-store';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openAccess } from '../../../src/compose/stores';
import { startEngine } from '../../../src/compose/engine';
import { createFailpoints } from '../../../src/operations/process/failpoints';
import { silentLog } from '../../../src/core/ports';
import { query } from '../../support/embedded-postgres-directory';
import { eventually } from '../../support/eventually';
import { type WholeStores, createWholeStores } from '../../support/whole-stores';

describe('an engine that cannot be started', () => {
  let whole: WholeStores;
  beforeAll(async () => {
    whole = await createWholeStores();
    await migrate(whole.url, jobsStore);
  });
  afterAll(() => whole.close());

  test('leaves no session of the job queue when the journal cannot be read', async () => {
    const { stores } = whole;
    const records = { ...stores.records, head: () => Promise.reject(new Error('no journal')) };
    const failpoints = createFailpoints(undefined);
    await expect(
      startEngine({
        stores: { ...stores, records },
        ...openAccess(stores, 'operator', failpoints),
        gatewayFor: () => {
          throw new Error('no provider');
        },
        concurrency: 1,
        webhooks: { sealingKeys: () => Promise.reject(new Error('no key')), arePrivateAllowed: false },
        leaseMs: 60_000,
        failpoints,
        log: silentLog,
      }),
    ).rejects.toThrow('no journal');
    await eventually(async () =>
      expect(
        await query(
          whole.url,
          "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'fincore-jobs%'",
        ),
      ).toEqual([]),
    );
  });
});
