import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { advisoryLocks } from '../../src/adapters/postgres/advisory-locks';
import { withClient } from '../../src/adapters/postgres/with-client';
import { eventually } from '../support/eventually';
import { type Credentials, type Installation, createInstallation } from '../support/fincore-process';
import { type TestDatabase, createTestDatabase } from '../support/postgres';

/** What `npm start` runs. */
const program = join(process.cwd(), 'dist', 'local.js');

let installation: Installation;
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  installation = await createInstallation({ DATABASE_URL: database.url });
});
afterEach(async () => {
  await installation.remove();
  await database.drop();
});

const credentialsFile = () => readFile(join(installation.dataDirectory, 'credentials.json'), 'utf8');

const secrets = async () =>
  JSON.parse(await readFile(join(installation.dataDirectory, 'secrets.json'), 'utf8')) as {
    readonly webhookEndpoints: readonly { readonly endpointId: string }[];
  };

async function demoMerchants({ api_url, operator_key }: Credentials): Promise<number> {
  const answer = await fetch(`${api_url}/v1/merchants`, {
    headers: { authorization: `Bearer ${operator_key}` },
    signal: AbortSignal.timeout(10_000),
  });
  return ((await answer.json()) as { data: unknown[] }).data.length;
}

/** Starts the program where it must not come up. */
async function refusedStart(change: Readonly<Record<string, string>> = {}, shell?: string) {
  const environment = { ...installation.environment, ...change };
  const child: ChildProcess =
    shell === undefined
      ? spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn('/bin/sh', ['-c', shell, process.execPath, program], {
          env: environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

it('says that FinCore itself runs there, where its data is, and touches nothing of it', async () => {
  const { credentials } = await installation.start();
  const before = await credentialsFile();
  const { code, stderr } = await refusedStart();
  expect(code).toBe(1);
  expect(stderr).toContain(`is in use by FinCore itself: it runs already, at ${credentials.api_url}`);
  expect(stderr).toContain(`with the data folder ${installation.dataDirectory}`);
  expect(stderr).toMatch(/FINCORE_PORT=\d+ npm start/);
  const elsewhere = await createInstallation({ FINCORE_PORT: installation.environment.FINCORE_PORT ?? '' });
  try {
    const other = await refusedStart({ FINCORE_DATA_DIR: elsewhere.dataDirectory });
    expect(other.stderr).toContain('is in use by FinCore itself');
    expect(other.stderr).toContain(`with another data folder than ${elsewhere.dataDirectory}`);
  } finally {
    await elsewhere.remove();
  }
  expect(await credentialsFile()).toBe(before);
});

it('leaves the file of the keys to the first of two processes, and takes it over afterwards', async () => {
  const first = await installation.start();
  const before = await credentialsFile();
  const second = await installation.start({ FINCORE_PORT: '0' });
  expect(second.credentials.api_url).not.toBe(first.credentials.api_url);
  expect(await credentialsFile()).toBe(before);
  await first.stop();
  await second.stop();
  const third = await installation.start({ FINCORE_PORT: '0' });
  expect(JSON.parse(await credentialsFile())).toMatchObject({ api_url: third.credentials.api_url });
});

it('makes one demo merchant, however many processes start the installation at once', async () => {
  const started = await Promise.all([
    installation.start(),
    installation.start({ FINCORE_PORT: '0' }),
    installation.start({ FINCORE_PORT: '0' }),
  ]);
  expect(new Set(started.map(({ credentials }) => credentials.merchant)).size).toBe(1);
  for (const { credentials } of started) expect(await demoMerchants(credentials)).toBe(1);
});

it('keeps the demo merchant whose key was revoked, and says how to issue another one', async () => {
  const first = await installation.start();
  const { merchant, operator_key, api_url } = first.credentials;
  const listed = await fetch(`${api_url}/v1/merchants/${merchant}`, {
    headers: { authorization: `Bearer ${operator_key}` },
  });
  const { keys } = (await listed.json()) as { keys: { id: string }[] };
  for (const { id } of keys)
    await fetch(`${api_url}/v1/merchants/${merchant}/keys/${id}/revoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator_key}`, 'idempotency-key': id },
    });
  const before = await credentialsFile();
  await first.stop();
  const second = await installation.start();
  expect(second.said()).toContain(`npx fincore merchant key issue ${merchant}`);
  expect(await credentialsFile()).toBe(before);
  expect(await demoMerchants(second.credentials)).toBe(1);
});

it('refuses a database that another data folder uses, and takes it once that one is gone', async () => {
  const running = await installation.start();
  const other = await createInstallation({ DATABASE_URL: database.url });
  try {
    const { code, stderr } = await refusedStart(other.environment);
    expect(code).toBe(1);
    expect(stderr).toContain('is in use by another installation of FinCore (data folder');
    expect(stderr).toContain('Set'.toLowerCase());
    await running.stop();
    const next = await other.start();
    expect(await next.stop()).toBe(0);
  } finally {
    await other.remove();
  }
});

describe('a database that another installation uses', () => {
  let ledger: TestDatabase;
  let holder: Client;
  beforeEach(async () => {
    ledger = await createTestDatabase();
    holder = new Client({ connectionString: ledger.url });
    await holder.connect();
    installation.addEnvironment({ FINCORE_LEDGER_DATABASE_URL: ledger.url });
  });
  afterEach(async () => {
    await holder.end();
    await ledger.drop();
  });

  /** As the processes of another installation do. */
  const hold = () => holder.query('SELECT pg_advisory_lock_shared($1, 1)', [advisoryLocks.installation]);

  async function schemasIn(url: string): Promise<string[]> {
    const { rows } = await withClient({ connectionString: url }, (client) =>
      client.query<{ nspname: string }>(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)'",
      ),
    );
    return rows.map(({ nspname }) => nspname);
  }

  it('is refused before any schema of any database is made, by the start and by every command', async () => {
    await hold();
    const inUse = `The database ${new URL(ledger.url).host}${new URL(ledger.url).pathname} is in use by another installation`;
    expect(await refusedStart()).toMatchObject({ code: 1, stderr: expect.stringContaining(inUse) as string });
    const backup = join(installation.dataDirectory, '..', 'never-made');
    for (const words of [['merchant', 'create', '--name', 'Nobody'], ['verify'], ['backup', backup]])
      expect(await installation.command(...words)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(inUse) as string,
      });
    expect(await schemasIn(database.url)).toEqual([]);
    expect(await schemasIn(ledger.url)).toEqual([]);
  });

  it('is given up by a process whose lock was lost meanwhile', async () => {
    const running = await installation.start();
    await withClient({ connectionString: ledger.url }, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1, 0)', [advisoryLocks.installation]);
      await hold();
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'data folder %'",
      );
      await client.query('COMMIT');
    });
    expect(await running.ended).toBe(1);
    expect(running.said()).toMatch(/FinCore ends: The database .* is in use by another installation/);
  });

  it('is refused by a restore, which touches nothing', async () => {
    const source = await createInstallation();
    const backup = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
    try {
      await (await source.start()).stop();
      expect(await source.command('backup', join(backup, 'taken'))).toMatchObject({ code: 0 });
      await hold();
      expect(await installation.command('restore', join(backup, 'taken'))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('is in use by another installation') as string,
      });
      expect(await schemasIn(database.url)).toEqual([]);
      expect(await readdir(installation.dataDirectory)).toEqual([]);
    } finally {
      await source.remove();
      await rm(backup, { recursive: true });
    }
  });
});

it('keeps its webhook endpoint, with the notices that could not be delivered to it yet', async () => {
  const first = await installation.start();
  const { webhookEndpoints } = await secrets();
  expect(webhookEndpoints).toHaveLength(1);
  await first.stop();
  await installation.start();
  expect((await secrets()).webhookEndpoints).toEqual(webhookEndpoints);
});

it.each(['error_before', 'error_after', 'rate_limit', 'connection_reset'])(
  'registers its webhook endpoint in spite of failed calls: %s',
  async (kind) => {
    const faults = JSON.stringify([{ kind, times: 2 }]);
    const running = await installation.start({ STRIPE_SIMULATOR_FAULTS: faults });
    expect(running.said()).toContain('The provider does not answer yet');
    expect((await secrets()).webhookEndpoints).toHaveLength(1);
  },
);

it('is ready only once its keys are written', async () => {
  const { FINCORE_PORT = '' } = installation.environment;
  const starting = installation.start();
  await eventually(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${FINCORE_PORT}/readyz`);
      expect(answer.status).toBe(200);
    },
    { timeoutMs: 60_000, intervalMs: 1 },
  );
  expect(await credentialsFile()).toContain('sk_test_');
  await starting;
});

it('says that it got too few file descriptors', async () => {
  const { code, stderr } = await refusedStart({}, 'ulimit -n 150; exec "$0" "$@"');
  expect(code).toBe(1);
  expect(stderr).toContain('no more file descriptors (EMFILE)');
  expect(stderr).toContain('ulimit -n 4096');
});

describe('a database server that is not ready yet', () => {
  let server: Server;
  afterEach(() => server.close());

  /** Answers as a server that starts does, the first times, and passes the later sessions on. */
  async function startingServer(refusals: number): Promise<{ readonly url: string; left(): number }> {
    const { hostname, port } = new URL(database.url);
    let left = refusals;
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (left > 0) {
        left -= 1;
        socket.once('data', () => socket.end(cannotConnectNow()));
        return;
      }
      const upstream = connect(Number(port), hostname);
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(database.url);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    return { url: url.href, left: () => left };
  }

  it('is waited for, and told of once', async () => {
    const starting = await startingServer(4);
    const running = await installation.start({ DATABASE_URL: starting.url });
    expect(starting.left()).toBe(0);
    expect(running.said().match(/takes no session yet \(the database system is starting up\)/g)).toHaveLength(
      1,
    );
    expect(await running.stop()).toBe(0);
  });
});

/** @source PostgreSQL, "Message Formats": ErrorResponse with severity, code and message. */
function cannotConnectNow(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
