import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { admitUsers } from '../../../src/adapters/aws/database-users/admit-users';
import { userOf } from '../../../src/adapters/aws/database-users/program-rights';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { ledgerStore } from '../../../src/adapters/postgres/ledger/ledger-store';
import { type MigrationPhase, migrate } from '../../../src/adapters/postgres/migrate';
import { operatorTenant } from '../../../src/core/kernel';
import { query } from '../../support/embedded-postgres-directory';
import { type ProgramUsers, asOwner, nameProgramUsers, storeSchemas } from '../../support/program-users';
import { createTestDatabase } from '../../support/postgres';
import { type WholeStores, createWholeStores } from '../../support/whole-stores';
import { toStream } from '../../../src/core/ports';

/** As the version before left a database: all of its programs are one user, which is the application role. */
describe('a stage whose programs signed in as one user', () => {
  const former = `fincore_service_${randomBytes(6).toString('hex')}`;
  let whole: WholeStores;
  let users: ProgramUsers;
  beforeEach(async () => {
    whole = await createWholeStores();
    users = nameProgramUsers(whole.url);
    await whole.asOwner(`
      CREATE ROLE ${former} LOGIN NOINHERIT PASSWORD '${users.password}';
      GRANT fincore_app TO ${former};
      ALTER ROLE ${former} SET role = 'fincore_app'`);
  });
  afterEach(async () => {
    await query(whole.url, `DROP ROLE IF EXISTS ${former}`);
    await users.drop();
    await whole.close();
  });

  const admitted = async (phase: MigrationPhase) => {
    await asOwner(whole.url, (owner) =>
      admitUsers(owner, { users: users.names, schemas: storeSchemas, phase, formerUsers: [former] }),
    );
    await users.allowPassword();
  };

  /** As a program of the version before connects: it asks for the role, or the user brings it. */
  async function openFormer(options: { readonly options?: string }): Promise<Client> {
    const url = new URL(whole.url);
    url.username = former;
    url.password = users.password;
    const client = new Client({ connectionString: url.href, query_timeout: 10_000, ...options });
    await client.connect();
    return client;
  }

  const appendAs = async (client: Client) => {
    const nothing = Array.from({ length: 14 }, () => `'{}'`).join(', ');
    await client.query(`SELECT * FROM journal.append(1, ${nothing})`);
    await client.query('UPDATE verification.passes SET revision = revision + 1');
  };

  /** The rights of all users, as the catalogue writes them, in the words of their programs. */
  async function rightsNow(): Promise<readonly string[]> {
    const rows = await query<{ of: string; acl: string }>(
      whole.url,
      `SELECT c.oid::regclass::text AS of, c.relacl::text AS acl FROM pg_class c WHERE c.relacl IS NOT NULL
         AND c.relnamespace::regnamespace::text IN (${storeSchemas.map((name) => `'${name}'`).join(', ')})
       UNION ALL SELECT a.attrelid::regclass || '.' || a.attname, a.attacl::text FROM pg_attribute a
         WHERE a.attacl IS NOT NULL AND a.attrelid::regclass::text ~ '^(${storeSchemas.join('|')})[.]'
       UNION ALL SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname = ANY ('{${storeSchemas.join(',')}}')`,
    );
    return rows
      .flatMap(({ of, acl }) =>
        acl
          .replace(/[{}"]/g, '')
          .split(',')
          .map((one) => `${of}: ${one}`),
      )
      .sort();
  }

  test('serves the version before and this one at once, until the old user is dropped', async () => {
    const open = await openFormer({ options: '-c role=fincore_app' });
    await admitted('expand');
    const [cluster, proxy] = [await openFormer({ options: '-c role=fincore_app' }), await openFormer({})];
    for (const client of [open, cluster, proxy]) {
      await appendAs(client);
      await client.end();
    }
    const worker = createPostgresJournal({ connectionString: users.addressOf('worker') });
    const append = () =>
      worker.append(
        toStream({
          tenant: operatorTenant,
          stream: `test-${randomBytes(6).toString('hex')}`,
          expectedVersion: 0,
          events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
          metadata: { actor: 'test', correlationId: 'c1' },
        }),
      );
    expect(await append()).toMatchObject({ kind: 'appended' });
    await admitted('contract');
    expect(await append()).toMatchObject({ kind: 'appended' });
    await worker.close();
    await expect(openFormer({})).rejects.toThrow(/password authentication failed|does not exist/);
  });

  test('keeps what the version before may do until the contract phase, which leaves what the rights say', async () => {
    await admitted('expand');
    const declared = await rightsNow();
    const reader = userOf(users.names, 'payments');
    await whole.asOwner(`
      GRANT DELETE ON payments.charges TO ${reader};
      GRANT UPDATE (type) ON journal.events TO ${reader};
      GRANT USAGE ON SCHEMA ledger TO ${reader};
      GRANT EXECUTE ON FUNCTION journal.append TO ${reader}`);
    const widened = await rightsNow();
    expect(widened).not.toEqual(declared);
    await admitted('expand');
    expect(await rightsNow()).toEqual(widened);
    await admitted('contract');
    expect(await rightsNow()).toEqual(declared);
    const [execute] = await query(
      whole.url,
      `SELECT proacl::text LIKE '%${reader}%' AS "isLeft" FROM pg_proc WHERE oid = 'journal.append'::regproc`,
    );
    expect(execute).toEqual({ isLeft: false });
    await admitted('contract');
    expect(await rightsNow()).toEqual(declared);
  });

  test('makes all users or none', async () => {
    const reserved = { ...users.names, verification: 'pg_verification' };
    const admission = { schemas: storeSchemas, phase: 'expand', formerUsers: [former] } as const;
    await expect(
      asOwner(whole.url, (owner) => admitUsers(owner, { ...admission, users: reserved })),
    ).rejects.toThrow('the users of the programs could not be made');
    const made = await query(
      whole.url,
      `SELECT FROM pg_roles WHERE rolname = '${userOf(users.names, 'api')}'`,
    );
    expect(made).toEqual([]);
    await admitted('expand');
  });

  test('drops nobody whom this version signs in as', async () => {
    await admitted('expand');
    const admission = { users: users.names, schemas: storeSchemas, phase: 'contract' } as const;
    await expect(
      asOwner(whole.url, (owner) =>
        admitUsers(owner, { ...admission, formerUsers: [former, userOf(users.names, 'relay')] }),
      ),
    ).rejects.toThrow('a user of versions before is none of this one');
  });
});

test('an owner that is no superuser, as on RDS, makes the users, and drops the one that it made before', async () => {
  const database = await createTestDatabase();
  const owner = `fincore_admin_${randomBytes(6).toString('hex')}`;
  const former = `${owner}_service`;
  const { pathname } = new URL(database.url);
  const url = new URL(database.url);
  [url.username, url.password] = [owner, randomBytes(12).toString('hex')];
  const users = nameProgramUsers(database.url);
  const schemas = ['journal', 'ledger'];
  try {
    await query(
      database.url,
      `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${url.password}';
       GRANT fincore_app TO ${owner} WITH ADMIN OPTION;
       ALTER DATABASE ${pathname.slice(1)} OWNER TO ${owner}`,
    );
    for (const store of [journalStore, ledgerStore]) await migrate(url.href, store);
    await query(
      url.href,
      `CREATE ROLE ${former} LOGIN NOINHERIT;
       GRANT fincore_app TO ${former};
       GRANT USAGE ON SCHEMA ledger TO ${former};
       GRANT SELECT, UPDATE (balance) ON ledger.accounts TO ${former}`,
    );
    for (const phase of ['expand', 'contract', 'contract'] as const)
      await asOwner(url.href, (client) =>
        admitUsers(client, { users: users.names, schemas, phase, formerUsers: [former] }),
      );
    const left = await query<{ name: string }>(
      database.url,
      `SELECT rolname AS name FROM pg_roles WHERE rolname IN ('${former}', '${userOf(users.names, 'worker')}')`,
    );
    expect(left).toEqual([{ name: userOf(users.names, 'worker') }]);
  } finally {
    const server = new URL(database.url);
    server.pathname = '/postgres';
    await users.drop();
    await database.drop();
    await query(server.href, `DROP ROLE IF EXISTS ${former}, ${owner}`);
  }
});
