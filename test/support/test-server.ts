import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemErrorCode } from '../../src/adapters/embedded/system-error-code';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { connectionOf } from './running-postgres';

/** The PostgreSQL server that all tests of one run share, each suite with a database of its own. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const directoryPrefix = 'fincore-test-';
/** The prefix, the process that made the directory, and what mkdtemp adds. */
const directoryName = /^fincore-test-(\d+)-\w{6}$/;

export async function startTestServer(): Promise<TestServer> {
  await removeLeftovers();
  const dataDir = await mkdtemp(join(tmpdir(), `${directoryPrefix}${process.pid}-`));
  const server = await startEmbeddedPostgres({ dataDir });
  return { url: server.connectionString(), stop: () => stopAndRemove(server, dataDir) };
}

async function stopAndRemove(server: EmbeddedPostgres, dataDir: string): Promise<void> {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** A test run that was killed could not clean up: the next one stops its server and removes its data. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = directoryName.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const dataDir = join(tmpdir(), name);
    if (!(await isOurs(dataDir))) continue;
    const isServing = (await connectionOf(dataDir).catch(() => undefined)) !== undefined;
    if (isServing) await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Another user's leftovers could be neither read nor removed; another run may just be removing them. */
async function isOurs(directory: string): Promise<boolean> {
  return stat(directory).then(
    ({ uid }) => uid === process.getuid?.(),
    () => false,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}
