import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { checkBackup } from '../../src/adapters/embedded/backup/check-backup';
import { eventually } from '../support/eventually';
import { type Load, startLoad } from '../support/faults/load';
import { reportFault } from '../support/faults/fault-report';
import { drillRepetitions, drillTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { type ShownCharge, allCharges, expectVerified } from '../support/faults/sound-books';
import { type Installation, createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';
import { type TestDatabase, createTestDatabase } from '../support/postgres';
import { createPspControl } from '../support/faults/psp-control';

const clients = 6;

describe('the data folder is lost and a backup restored', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test(
    'every charge acknowledged before the backup is there, keys still work, and jobs go on',
    async () => {
      const restoredAfterMs: number[] = [];
      for (let n = 0; n < drillRepetitions(); n += 1) {
        const backup = join(folder, `backup-${String(n)}`);
        const before = await backUpUnderLoad(backup);
        // What was lost with the folder: nothing of it is left to be found by accident.
        const begun = performance.now();
        const restored = await createInstallation();
        try {
          const outcome = await restored.command('restore', backup);
          expect({ code: outcome.code, stdout: outcome.stdout }).toMatchObject({
            code: 0,
            stdout: expect.stringContaining('fincore verify') as unknown,
          });
          const verified = await restored.command('verify');
          expect({ code: verified.code, said: verified.stdout }).toMatchObject({ code: 0 });
          const rig = await rigOn(restored);
          restoredAfterMs.push(performance.now() - begun);
          expect(rig.process().credentials.secret_key).toBe(before.secretKey);
          await expectChargesGoOn(rig, before);
          await rig.process().stop();
        } finally {
          await restored.remove();
        }
      }
      await reportFault({
        fault: 'data folder lost, backup restored',
        repetitions: drillRepetitions(),
        measured: { what: 'restored, verified and ready', durationsMs: restoredAfterMs },
      });
    },
    drillTimeoutMs(120_000),
  );
});

interface Before {
  readonly secretKey: string;
  /** Acknowledged when the backup began. */
  readonly acknowledged: readonly string[];
}

/** Charges flow, the backup is taken, everything is killed and the data folder is gone. */
async function backUpUnderLoad(backup: string): Promise<Before> {
  const rig = await createRig({ server: 'own' });
  try {
    const load: Load = startLoad(rig, clients);
    await eventually(() => expect(load.accepted.size).toBeGreaterThan(60));
    const acknowledged = [...load.accepted];
    const { code, stdout, stderr } = await rig.installation.command('backup', backup);
    expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toMatchObject({ code: 0 });
    const whileItRan = load.accepted.size;
    // The server went on while it was copied.
    expect(whileItRan).toBeGreaterThan(acknowledged.length);
    await load.finish();
    await rig.process().kill();
    return { secretKey: rig.process().credentials.secret_key, acknowledged };
  } finally {
    await rig.close();
  }
}

async function rigOn(installation: Installation): Promise<Rig> {
  let current = await installation.start();
  return {
    installation,
    databaseUrl: '',
    merchant: createMerchantClient(current.credentials),
    psp: createPspControl(current.credentials.simulator_url),
    process: () => current,
    start: async (environment) => (current = await installation.start(environment)),
    close: () => installation.remove(),
  };
}

async function expectChargesGoOn(rig: Rig, { acknowledged }: Before): Promise<void> {
  const restored = await allCharges(rig);
  expect(acknowledged.filter((id) => !restored.has(id))).toEqual([]);
  // Those that were under way are finished by the jobs of the backup.
  const isOpen = ({ status }: ShownCharge) => status === 'processing' || status === 'unknown';
  await eventually(async () => expect([...(await allCharges(rig)).values()].filter(isOpen)).toEqual([]), {
    timeoutMs: 60_000,
    intervalMs: 200,
  });
  const settled = await allCharges(rig);
  expect([...settled.values()].filter(({ status }) => status !== 'succeeded')).toEqual([]);
  const { charges_by_charge_id: atPsp } = await rig.psp.stats();
  for (const id of settled.keys()) expect({ id, tally: atPsp[id] }).toMatchObject({ tally: { charges: 1 } });

  const charge = [...settled.keys()][0] ?? '';
  const refund = await rig.merchant.post('/v1/refunds', { charge, amount: 100 }, { waitSeconds: 20 });
  expect(refund).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  const fresh = await rig.merchant.post(
    '/v1/charges',
    { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
    { waitSeconds: 20 },
  );
  expect(fresh).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  await expectVerified(rig);
}

describe('a backup that cannot be used is refused before anything is touched', () => {
  let database: TestDatabase;
  let source: Installation;
  let folder: string;
  let backup: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
    backup = join(folder, 'backup');
    database = await createTestDatabase();
    source = await createInstallation({ DATABASE_URL: database.url });
    const running = await source.start();
    const merchant = createMerchantClient(running.credentials);
    await merchant.post(
      '/v1/charges',
      { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
      { waitSeconds: 20 },
    );
    await running.stop();
    expect(await source.command('backup', backup)).toMatchObject({ code: 0 });
  }, 60_000);
  afterAll(async () => {
    await source.remove();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** @returns what the refusal said; the folder that it was to be restored into is as empty as before */
  async function refusedRestore(from: string): Promise<string> {
    const target = await createInstallation();
    try {
      const { code, stderr, stdout } = await target.command('restore', from);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(await readdir(target.dataDirectory)).toEqual([]);
      return stderr;
    } finally {
      await target.remove();
    }
  }

  async function copyOfBackup(): Promise<string> {
    const copy = await mkdtemp(join(folder, 'copy-'));
    await cp(backup, copy, { recursive: true });
    return copy;
  }

  async function filesOf(path: string): Promise<readonly string[]> {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)))
      .sort();
  }

  test('one altered byte in any file: the refusal names the file', async () => {
    const copy = await copyOfBackup();
    const files = await filesOf(copy);
    const throughTheCommand = ['manifest.json', 'data/secrets.json', 'tables/journal/events.copy'];
    expect(files).toEqual(expect.arrayContaining(throughTheCommand));
    for (const file of files) {
      const path = join(copy, file);
      const whole = await readFile(path);
      if (whole.length === 0) continue;
      const altered = Buffer.from(whole);
      const at = Math.floor(whole.length / 2);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await writeFile(path, altered);
      await expect(checkBackup(copy)).rejects.toThrow(file);
      if (throughTheCommand.includes(file)) expect(await refusedRestore(copy)).toContain(file);
      await writeFile(path, whole);
    }
    await checkBackup(copy);
  }, 60_000);

  test('a file that is shorter, longer or missing: the refusal names the file', async () => {
    const copy = await copyOfBackup();
    const file = 'tables/journal/events.copy';
    const path = join(copy, file);
    const { size } = await stat(path);
    await truncate(path, size - 1);
    await expect(checkBackup(copy)).rejects.toThrow(`${file} has ${String(size - 1)} bytes`);
    await appendFile(path, '\n\n');
    await expect(checkBackup(copy)).rejects.toThrow(`${file} has ${String(size + 1)} bytes`);
    await rm(path);
    await expect(checkBackup(copy)).rejects.toThrow(`${file} is missing`);
    expect(await refusedRestore(copy)).toContain(`${file} is missing`);
  }, 60_000);

  test('a folder that is no backup, and one of a newer format', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await refusedRestore(empty)).toContain('manifest.json is missing');
    const newer = await copyOfBackup();
    await rewriteManifest(newer, (manifest) => ({ ...manifest, format: 2 }));
    expect(await refusedRestore(newer)).toMatch(/format 2.*reads format 1/);
    const unknown = await copyOfBackup();
    await rewriteManifest(unknown, (manifest) => ({
      ...manifest,
      fincore: '9.0.0',
      stores: [{ schema: 'journal', migrations: ['0999-later'] }],
    }));
    expect(await refusedRestore(unknown)).toMatch(/0999-later.*FinCore 9\.0\.0/);
    const escaping = await copyOfBackup();
    await rewriteManifest(escaping, (manifest) => ({
      ...manifest,
      files: [{ path: 'data/../../evil', bytes: 0, sha256: '0'.repeat(64) }],
    }));
    expect(await refusedRestore(escaping)).toContain('/files/0/path');
  }, 60_000);

  async function rewriteManifest(path: string, change: (manifest: object) => object): Promise<void> {
    const file = join(path, 'manifest.json');
    const text = JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')) as object));
    await writeFile(file, text);
    const digest = createHash('sha256').update(text).digest('hex');
    await writeFile(`${file}.sha256`, `${digest}  manifest.json\n`);
  }

  test('an installation that is there already is not touched', async () => {
    const { code, stderr } = await source.command('restore', backup);
    expect(code).toBe(1);
    expect(stderr).toContain('holds an installation already');
    expect(stderr).toContain('FINCORE_DATA_DIR');
    expect(await source.command('verify')).toMatchObject({ code: 0 });
  }, 30_000);

  test('a restore that was cut off is not opened as if it were whole', async () => {
    const target = await createInstallation();
    try {
      await writeFile(join(target.dataDirectory, 'restore-unfinished'), '');
      for (const words of [['verify'], ['restore', backup]]) {
        const { code, stderr } = await target.command(...words);
        expect({ code, stderr }).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('cut off') as unknown,
        });
      }
    } finally {
      await target.remove();
    }
  }, 30_000);

  test('a backup overwrites nothing, lies outside the data folder, and is of something', async () => {
    const occupied = join(folder, 'occupied');
    await mkdir(occupied);
    await writeFile(join(occupied, 'notes.txt'), 'mine');
    const refused = await source.command('backup', occupied);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('is not empty');
    expect(await readdir(occupied)).toEqual(['notes.txt']);

    const inside = await source.command('backup', join(source.dataDirectory, 'backup'));
    expect(inside.stderr).toContain('would be lost with it');

    const nothing = await createInstallation();
    const missing = await nothing.command('backup', join(folder, 'of-nothing'));
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('There is no installation');
    expect(await readdir(nothing.dataDirectory)).toEqual([]);
    await nothing.remove();
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  }, 60_000);

  test('an installation that was never started is backed up and restored too', async () => {
    const [unstarted, target] = [await createInstallation(), await createInstallation()];
    try {
      expect(await unstarted.command('merchant', 'create', '--name', 'Acme')).toMatchObject({ code: 0 });
      const path = join(folder, 'of-an-unstarted-one');
      expect(await unstarted.command('backup', path)).toMatchObject({ code: 0 });
      await checkBackup(path);
      expect(await target.command('restore', path)).toMatchObject({ code: 0 });
      expect(await target.command('verify')).toMatchObject({ code: 0 });
      expect((await target.command('merchant', 'list')).stdout).toContain('Acme');
    } finally {
      await Promise.all([unstarted.remove(), target.remove()]);
    }
  }, 60_000);

  test('the backup is for its owner’s eyes', async () => {
    for (const file of await filesOf(backup))
      expect({ file, mode: (await stat(join(backup, file))).mode & 0o777 }).toEqual({ file, mode: 0o600 });
    expect((await stat(backup)).mode & 0o777).toBe(0o700);
  });
});
