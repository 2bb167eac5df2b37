import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appendedData } from '../load/append';

/** What is used of emmett-postgresql's event store. */
interface EventStore {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: object }[],
    options: { readonly expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
  ): Promise<unknown>;
  close(): Promise<void>;
}

interface EmmettPackage {
  readonly getPostgreSQLEventStore: (connectionString: string) => EventStore;
}

const directory = join(process.cwd(), 'bench', 'peers');
const installTimeoutMs = 300_000;

/** Peers are installed by the first measurement that needs them, and by nobody else. */
export async function installPeers(tell: (line: string) => void): Promise<void> {
  if (existsSync(join(directory, 'node_modules'))) return;
  tell('installing the peers');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await promisify(execFile)(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: directory,
    timeout: installTimeoutMs,
  });
}

/** The event store of emmett as its documentation opens it, appending the event that the journal appends. */
export async function openEmmett(
  databaseUrl: string,
): Promise<{ readonly append: () => Promise<unknown>; readonly close: () => Promise<void> }> {
  const load = createRequire(join(directory, 'package.json'));
  const { getPostgreSQLEventStore } = load('@event-driven-io/emmett-postgresql') as EmmettPackage;
  const store = getPostgreSQLEventStore(databaseUrl);
  const append = () =>
    store.appendToStream(`bench-${randomUUID()}`, [{ type: 'ChargeCreated', data: appendedData }], {
      expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
    });
  // Its tables are made by the first append, which is not measured.
  await append();
  return { append, close: () => store.close() };
}
