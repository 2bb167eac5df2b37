import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databasePrograms as programs } from '../../../src/adapters/aws/database-users/program-rights';
import { migrateStage } from '../../../src/compose/aws/migrate-stage';
import { clientSettings } from '../../support/aws/emulators';
import { type SecretsManagerEmulator, startSecretsManager } from '../../support/aws/secrets-manager';
import { query } from '../../support/embedded-postgres-directory';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';
import { type ProgramUsers, nameProgramUsers } from '../../support/program-users';

/** One server with two administrators stands for two clusters: neither password is good for the other's user. */
describe('the migrations of a stage whose ledger has a cluster of its own', () => {
  const administrator = `ledger_admin_${randomBytes(4).toString('hex')}`;
  const before = process.env;
  let emulator: SecretsManagerEmulator;
  let books: TestDatabase;
  let ledger: TestDatabase;
  let users: ProgramUsers;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [emulator, books, ledger] = await Promise.all([
      startSecretsManager(),
      createTestDatabase(),
      createTestDatabase(),
    ]);
    users = nameProgramUsers(books.url);
    await query(books.url, `CREATE ROLE ${administrator} SUPERUSER LOGIN PASSWORD 'of-the-ledger'`);
    const client = new SecretsManagerClient(clientSettings(emulator));
    const put = (Name: string, password: string) =>
      client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify({ password }) }));
    await put('books-owner', decodeURIComponent(new URL(books.url).password));
    await put('ledger-owner', 'of-the-ledger');
    client.destroy();
    process.env = {
      ...before,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    const booksUrl = withoutPassword(books.url);
    environment = {
      FINCORE_STAGE: 'production',
      FINCORE_REGION: 'eu-central-1',
      FINCORE_JOURNAL_URL: booksUrl,
      FINCORE_READ_MODELS_URL: booksUrl,
      FINCORE_AUDIT_URL: booksUrl,
      FINCORE_LEDGER_URL: withoutPassword(ledger.url, administrator),
      FINCORE_DATABASE_AUTH: 'password',
      FINCORE_DATABASE_SECRET_ARN: 'books-owner',
      FINCORE_DATABASE_USERS: JSON.stringify(users.names),
    };
  });
  afterAll(async () => {
    process.env = before;
    const [owner] = await query(books.url, 'SELECT current_user AS name');
    for (const { url } of [books, ledger])
      await query(url, `REASSIGN OWNED BY ${administrator} TO "${String(owner?.['name'])}"`);
    await ledger.drop();
    await users.drop();
    await query(books.url, `DROP ROLE ${administrator}`);
    await books.drop();
    await emulator.stop();
  });

  test('sign in there with the password of its own administrator', async () => {
    const told: string[] = [];
    const secret = { FINCORE_LEDGER_DATABASE_SECRET_ARN: 'ledger-owner' };
    await migrateStage({ ...environment, ...secret }, 'expand', (line) => told.push(line));
    expect(told).toContainEqual(expect.stringMatching(/^Schema ledger: ran /));
    const [schema] = await query(
      ledger.url,
      "SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'ledger'",
    );
    expect(schema).toEqual({ owner: administrator });
  });

  test('let each program in where it has something to do, and nowhere else', async () => {
    const inSchema = async (url: string, schema: string) => {
      const rows = await query<{ name: string }>(
        url,
        `SELECT rolname AS name FROM pg_roles
         WHERE rolname IN (${Object.values(users.names)
           .map((name) => `'${name}'`)
           .join(', ')})
           AND has_schema_privilege(rolname, '${schema}', 'USAGE')`,
      );
      return programs.filter((program) => rows.some(({ name }) => name === users.names[program]));
    };
    expect(await inSchema(ledger.url, 'ledger')).toEqual(['api', 'ledger', 'verification']);
    expect(await inSchema(books.url, 'payments')).toEqual(['api', 'payments', 'verification']);
    expect(await inSchema(books.url, 'journal')).toEqual(programs);
  });

  test('wait for a database that is resuming, and say so once', async () => {
    const resuming = await resumingDatabase(books.url, 3);
    try {
      const told: string[] = [];
      await migrateStage(
        {
          ...environment,
          FINCORE_LEDGER_DATABASE_SECRET_ARN: 'ledger-owner',
          FINCORE_JOURNAL_URL: at(String(environment['FINCORE_JOURNAL_URL']), resuming.port),
        },
        'expand',
        (line) => told.push(line),
        { patienceMs: 30_000, intervalMs: 20 },
      );
      expect(resuming.refused()).toBe(3);
      expect(told.filter((line) => line.includes('may be resuming'))).toHaveLength(1);
    } finally {
      await resuming.close();
    }
  });

  test('give up a database that never answers, and say where', async () => {
    const resuming = await resumingDatabase(books.url, Infinity);
    try {
      const url = at(String(environment['FINCORE_JOURNAL_URL']), resuming.port);
      await expect(
        migrateStage({ ...environment, FINCORE_JOURNAL_URL: url }, 'expand', () => undefined, {
          patienceMs: 100,
          intervalMs: 20,
        }),
      ).rejects.toThrow(
        /^The database at 127\.0\.0\.1:\d+\/fincore_test_\w+ could not be used as its owner$/,
      );
    } finally {
      await resuming.close();
    }
  });

  test('fail, and say where, when the other password is all they have', async () => {
    await expect(migrateStage(environment, 'expand', () => undefined)).rejects.toThrow(
      /^The database at 127\.0\.0\.1:\d+\/fincore_test_\w+ could not be used as its owner$/,
    );
  });
});

const at = (address: string, port: number): string => {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
};

/** In front of a server: closes so many connections before the first that it lets through. */
async function resumingDatabase(address: string, closing: number) {
  const { hostname, port } = new URL(address);
  let refused = 0;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (refused < closing) {
      refused += 1;
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => refused,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function withoutPassword(address: string, user?: string): string {
  const url = new URL(address);
  url.password = '';
  if (user !== undefined) url.username = user;
  url.searchParams.set('sslmode', 'disable');
  return url.href;
}
