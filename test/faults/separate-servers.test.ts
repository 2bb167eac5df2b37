import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { ensureDatabase } from '../../src/adapters/embedded/postgres-server/ensure-database';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody, idOf, settledCharges } from '../support/faults/merchant-words';
import { type Installation, createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';
import { type TestDatabase, createTestDatabase } from '../support/postgres';

/** Journal and PaymentDB on the server of the test run, ledger and audit on another one, each in a database of its own. */
describe('a backup of stores on separate servers', () => {
  let folder: string;
  let second: EmbeddedPostgres;
  const databases: TestDatabase[] = [];
  const installations: Installation[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
    second = await startEmbeddedPostgres({ dataDir: join(folder, 'server') });
  }, 60_000);
  afterAll(async () => {
    for (const installation of installations) await installation.remove();
    for (const database of databases) await database.drop();
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  async function installationOn(name: string): Promise<Installation> {
    const [journal, payment] = [await createTestDatabase(), await createTestDatabase()];
    databases.push(journal, payment);
    const [ledger, audit] = [`${name}_ledger`, `${name}_audit`];
    for (const database of [ledger, audit]) await ensureDatabase(second.connectionString(), database);
    const installation = await createInstallation({
      FINCORE_JOURNAL_DATABASE_URL: journal.url,
      FINCORE_READ_MODELS_DATABASE_URL: payment.url,
      FINCORE_LEDGER_DATABASE_URL: second.connectionString(ledger),
      FINCORE_AUDIT_DATABASE_URL: second.connectionString(audit),
    });
    installations.push(installation);
    return installation;
  }

  test('is taken while charges flow, restored into other databases, verified, and goes on', async () => {
    const source = await installationOn('source');
    const running = await source.start();
    const merchant = createMerchantClient(running.credentials);
    const before = await settledCharges(merchant, 5);
    const backup = join(folder, 'backup');
    const [taken] = await Promise.all([source.command('backup', backup), settledCharges(merchant, 10)]);
    expect({ code: taken.code, stderr: taken.code === 0 ? '' : taken.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    await running.kill();

    const target = await installationOn('target');
    const begun = performance.now();
    const restored = await target.command('restore', backup);
    expect({ code: restored.code, stderr: restored.code === 0 ? '' : restored.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const verified = await target.command('verify');
    expect({ code: verified.code, said: verified.stdout }).toMatchObject({ code: 0 });
    const restoredMs = performance.now() - begun;
    const again = createMerchantClient((await target.start()).credentials);
    for (const id of before)
      expect((await again.get(`/v1/charges/${id}`)).body).toMatchObject({ id, status: 'succeeded' });
    const fresh = await again.post('/v1/charges', chargeBody(), { waitSeconds: 20 });
    expect(fresh).toMatchObject({ status: 201, body: { id: idOf(fresh), status: 'succeeded' } });
    await reportFault({
      fault: 'stores on separate servers lost, backup restored',
      repetitions: 1,
      measured: { what: 'restored and verified', durationsMs: [restoredMs] },
    });
  }, 180_000);
});
