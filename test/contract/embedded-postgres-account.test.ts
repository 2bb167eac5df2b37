import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, lchown, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findPackagedBinaries,
  type PackagedBinaries,
} from '../../src/adapters/embedded/postgres-server/packaged-binaries';
import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { DataDirectories, query, serverPid } from '../support/embedded-postgres-directory';
import { bundleHolder, startHolder } from '../support/embedded-postgres-holder';

const nobody = { uid: 65534, gid: 65534 };
const stranger = { uid: 54321, gid: 54321 };

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
/** Node itself may be installed where only root can read it. */
const nobodyRunsNode = isRoot && spawnSync(process.execPath, ['--version'], nobody).status === 0;
const asOrdinaryUser = nobodyRunsNode ? test : test.skip;

const directories = new DataDirectories();
afterAll(() => directories.removeAll());

const clusterOf = (dataDir: string) => join(dataDir, 'postgres', 'data');

async function giveAway(directory: string, to: { uid: number; gid: number }): Promise<void> {
  await chown(directory, to.uid, to.gid);
  for (const entry of await readdir(directory, { recursive: true })) {
    await lchown(join(directory, entry), to.uid, to.gid);
  }
}

describe('started by root', () => {
  asRoot('the server runs as an unprivileged user, and the data lies where it was asked for', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    const pid = await serverPid(dataDir);
    expect(await stat(`/proc/${pid}`)).toMatchObject(nobody);
    expect(await readlink(`/proc/${pid}/cwd`)).toBe(clusterOf(dataDir));
    expect(await stat(clusterOf(dataDir))).toMatchObject(nobody);
    await server.stop();
  });

  asRoot('the data may lie in a home that the unprivileged user cannot enter', async () => {
    const home = await mkdtemp(join(homedir(), 'fincore-test-'));
    try {
      await chmod(home, 0o700);
      const dataDir = join(home, 'project', '.fincore');
      const first = await startEmbeddedPostgres({ dataDir });
      await query(first.connectionString(), 'CREATE TABLE kept AS SELECT 42 AS answer');
      await query(first.connectionString(), 'CREATE EXTENSION pgcrypto');
      await first.stop();
      const second = await startEmbeddedPostgres({ dataDir });
      expect(await query(second.connectionString(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await second.stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  asRoot('data of an ordinary user stays that user’s: the server runs as the owner', async () => {
    const dataDir = await directories.make();
    await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
    await giveAway(dataDir, stranger);
    const server = await startEmbeddedPostgres({ dataDir });
    const pid = await serverPid(dataDir);
    expect(await stat(`/proc/${pid}`)).toMatchObject(stranger);
    await server.stop();
    for (const name of await readdir(dataDir, { recursive: true })) {
      expect({ name, uid: (await stat(join(dataDir, name))).uid }).toEqual({ name, uid: stranger.uid });
    }
  });

  asRoot('data that a backup restored as root’s is given to the unprivileged user', async () => {
    const dataDir = await directories.make();
    await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
    await giveAway(dataDir, { uid: 0, gid: 0 });
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await stat(`/proc/${await serverPid(dataDir)}`)).toMatchObject(nobody);
    await server.stop();
  });
});

describe('started by an ordinary user', () => {
  let program: Awaited<ReturnType<typeof bundleHolder>>;
  let packaged: PackagedBinaries;
  let installation: string;

  beforeAll(async () => {
    program = await bundleHolder();
    installation = await mkdtemp(join(tmpdir(), `fincore-test-${process.pid}-`));
    await chmod(installation, 0o755);
    const { nativeDirectory, packageVersion } = await findPackagedBinaries();
    packaged = { nativeDirectory: join(installation, 'native'), packageVersion };
    await cp(nativeDirectory, packaged.nativeDirectory, { recursive: true, verbatimSymlinks: true });
  });
  afterAll(async () => {
    await program.remove();
    await rm(installation, { recursive: true, force: true });
  });

  asOrdinaryUser('the server runs as that user', async () => {
    const dataDir = await directories.make();
    await chown(dataDir, nobody.uid, nobody.gid);
    const holder = await startHolder(program.file, { dataDir, packaged }, nobody);
    expect(await stat(`/proc/${await serverPid(dataDir)}`)).toMatchObject(nobody);
    expect(await query(holder.url, 'SHOW data_directory')).toEqual([{ data_directory: clusterOf(dataDir) }]);

    const joined = await startEmbeddedPostgres({ dataDir });
    expect(joined.adopted).toBe(true);
    await holder.stop();
    await joined.stop();
  });

  asOrdinaryUser('libraries without their links are mended in a copy beside the data', async () => {
    const dataDir = await directories.make();
    await chown(dataDir, nobody.uid, nobody.gid);
    const nativeDirectory = join(installation, 'without-links');
    await cp(packaged.nativeDirectory, nativeDirectory, {
      recursive: true,
      filter: (path) => !/lib\/lib(icu|pq)[^/]*\.so(\.\d+)?$/.test(path),
    });
    const holder = await startHolder(
      program.file,
      { dataDir, packaged: { ...packaged, nativeDirectory } },
      nobody,
    );
    expect(await query(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readdir(join(dataDir, 'postgres'))).toContain(`fincore-postgres-${packaged.packageVersion}`);
    await holder.stop();
  });

  asOrdinaryUser('data of another user is refused with what to do', async () => {
    const dataDir = await directories.make();
    await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
    const startAsStranger = () => startHolder(program.file, { dataDir, packaged }, stranger);
    await expect(startAsStranger()).rejects.toThrow(/cannot be made or entered \(EACCES\).*FINCORE_DATA_DIR/);
    await giveAway(dataDir, stranger);
    await giveAway(clusterOf(dataDir), nobody);
    await expect(startAsStranger()).rejects.toThrow(/belongs to uid 65534, FinCore runs as uid 54321/);
  });
});
