import type { Client } from 'pg';
import {
  type Rights,
  databasePrograms as programs,
  programFunctions,
  programRights,
  userOf,
} from '../../../src/adapters/aws/database-users/program-rights';
import { connectionTo } from '../../../src/adapters/postgres/database-address';
import { withClient } from '../../../src/adapters/postgres/with-client';
import { query } from '../../support/embedded-postgres-directory';
import { type ProgramUsers, admitProgramUsers } from '../../support/program-users';
import { type WholeStores, createWholeStores } from '../../support/whole-stores';

/** Tables as the catalogue has them, so that a new one cannot be forgotten. */
interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Table → verb → the columns that it is good for. */
type Found = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const denied = '42501';

let whole: WholeStores;
let users: ProgramUsers;
let tables: readonly Table[];
beforeAll(async () => {
  whole = await createWholeStores();
  users = await admitProgramUsers(whole.url);
  tables = await query<{ name: string; columns: Table['columns'] }>(
    whole.url,
    `SELECT format('%I.%I', table_schema, table_name) AS name,
       json_agg(json_build_object('name', column_name, 'type', data_type) ORDER BY ordinal_position) AS columns
     FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY 1 ORDER BY 1`,
  );
});
afterAll(async () => {
  await users.drop();
  await whole.close();
});

const signedIn = <Value>(program: string, work: (client: Client) => Promise<Value>) =>
  withClient({ ...connectionTo(users.addressOf(program)), query_timeout: 30_000 }, work);

/** Only the right is tried: what passes is taken back. @throws what is wrong with the statement itself */
async function passes(client: Client, statement: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === denied) return false;
    throw new Error(statement, { cause: error });
  } finally {
    await client.query('ROLLBACK');
  }
}

/** What the database lets a program do with a table, verb by verb and column by column. */
async function foundIn(client: Client, { name, columns }: Table): Promise<Found[string]> {
  const found: Record<string, string[]> = {};
  for (const { name: column, type } of columns) {
    const statements = {
      SELECT: `SELECT ${column} FROM ${name} WHERE false`,
      INSERT: `INSERT INTO ${name} (${column}) SELECT NULL::${type} WHERE false`,
      UPDATE: `UPDATE ${name} SET ${column} = NULL::${type} WHERE false`,
    };
    for (const [verb, statement] of Object.entries(statements))
      if (await passes(client, statement)) (found[verb] ??= []).push(column);
  }
  return found;
}

/** The same, from the table of rights. */
function declared(rights: Rights): Found {
  const ofTable = (name: string) => {
    const all = tables.find((table) => table.name === name)?.columns.map((column) => column.name) ?? [];
    return (rights[name] ?? []).map((right): [string, readonly string[]] => {
      const [verb = '', columns] = right.replace(')', '').split(' (');
      return [verb, columns === undefined ? all : columns.split(', ').sort(byPlaceIn(all))];
    });
  };
  return Object.fromEntries(tables.map(({ name }) => [name, Object.fromEntries(ofTable(name))]));
}

const byPlaceIn = (all: readonly string[]) => (left: string, right: string) =>
  all.indexOf(left) - all.indexOf(right);

test('every table of the rights exists, with the columns that they name', () => {
  for (const program of programs)
    for (const [name, rights] of Object.entries(programRights[program] ?? {}))
      for (const right of rights) {
        const known = tables.find((table) => table.name === name)?.columns.map((column) => column.name) ?? [];
        const named = / \((.*)\)$/.exec(right)?.[1]?.split(', ') ?? [];
        expect({ name, isThere: known.length > 0 }).toEqual({ name, isThere: true });
        expect(known).toEqual(expect.arrayContaining(named));
      }
});

describe.each(programs)('%s', (program) => {
  test('reads, adds and changes what its row of the rights says, and the database denies all else', () =>
    signedIn(program, async (client) => {
      const found: Record<string, Found[string]> = {};
      for (const table of tables) found[table.name] = await foundIn(client, table);
      expect(found).toEqual(declared(programRights[program] ?? {}));
    }));

  test('removes nothing, empties nothing, locks nobody out, and owns nothing', () =>
    signedIn(program, async (client) => {
      const passed: string[] = [];
      for (const { name, columns } of tables)
        for (const statement of [
          `DELETE FROM ${name} WHERE false`,
          `TRUNCATE ${name} CASCADE`,
          `LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`,
          `ALTER TABLE ${name} DISABLE TRIGGER ALL`,
          `DROP TABLE ${name} CASCADE`,
          `CREATE INDEX ON ${name} (${columns[0]?.name ?? ''})`,
        ])
          if (await passes(client, statement)) passed.push(statement);
      expect(passed).toEqual([]);
      // What a statement cannot try without harm: neither of these, nor passing on what one has.
      const more = await client.query(
        `SELECT relation::text, verb
         FROM (SELECT format('%I.%I', schemaname, tablename)::regclass AS relation FROM pg_tables
               WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                 AND has_schema_privilege(schemaname, 'USAGE')) AS reachable,
           unnest(ARRAY['REFERENCES', 'TRIGGER', 'MAINTAIN', 'SELECT WITH GRANT OPTION', 'INSERT WITH GRANT OPTION',
             'UPDATE WITH GRANT OPTION']) AS verb
         WHERE has_table_privilege(relation, verb)
           OR verb NOT IN ('TRIGGER', 'MAINTAIN') AND has_any_column_privilege(relation, verb)`,
      );
      expect(more.rows).toEqual([]);
    }));

  test('makes no schema, lasting table, function or user, and takes on no other role', () =>
    signedIn(program, async (client) => {
      const schemas = [...new Set(tables.map(({ name }) => name.split('.')[0] ?? ''))];
      const others = Object.values(users.names).filter((name) => name !== users.names[program]);
      const statements = [
        'CREATE SCHEMA more',
        ...['public', ...schemas].flatMap((schema) => [
          `CREATE TABLE ${schema}.more (id integer)`,
          `CREATE FUNCTION ${schema}.more() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
        ]),
        'CREATE ROLE more',
        `ALTER ROLE ${userOf(users.names, program)} SUPERUSER`,
        ...['fincore_app', ...others].map((role) => `SET LOCAL ROLE ${role}`),
      ];
      const passed: string[] = [];
      for (const statement of statements) if (await passes(client, statement)) passed.push(statement);
      expect(passed).toEqual([]);
    }));

  test('works with the rights of the owner only by the functions that it is given', () =>
    signedIn(program, async (client) => {
      const { rows } = await client.query<{ signature: string }>(
        `SELECT oid::regprocedure::text AS signature FROM pg_proc
         WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace AND has_function_privilege(oid, 'EXECUTE')
         ORDER BY 1`,
      );
      expect(rows.map(({ signature }) => signature)).toEqual(programFunctions[program] ?? []);
    }));

  test('appends by the function of the journal only where it may append', () =>
    signedIn(program, async (client) => {
      const nothing = Array.from({ length: 14 }, () => `'{}'`).join(', ');
      const mayAppend = await passes(client, `SELECT * FROM journal.append(1, ${nothing})`);
      expect(mayAppend).toBe(['api', 'worker'].includes(program));
    }));
});

test('only the API can answer for a request, and only the audit for an effect', async () => {
  const entry = (outcome: string, columns: string, values: string) =>
    `INSERT INTO audit.entries (id, tenant, actor, action, subject, outcome, correlation_id, occurred_at, ${columns})
     VALUES ('aud_1', 'mer_1', 'x', 'y', 'z', '${outcome}', 'c', now(), ${values})`;
  const effect = entry('done', 'event, partition, position', `'ChargeCreated', 1, 1`);
  const refusal = entry(
    'refused',
    'request_id, code, client_address, count, sequence, previous_hash, hash',
    `'r', 'code', '::1', 1, 1, sha256(''), sha256('')`,
  );
  const tried = await Promise.all(
    programs.map((program) =>
      signedIn(program, async (client) => [
        program,
        [await passes(client, effect), await passes(client, refusal)],
      ]),
    ),
  );
  expect(Object.fromEntries(tried)).toEqual({
    ...Object.fromEntries(programs.map((program) => [program, [false, false]])),
    api: [false, true],
    audit: [true, false],
  });
});

test('a user brings the bounds of its statements, through a proxy too', async () => {
  const address = { ...users.addressOf('worker'), takesSettings: false };
  const shown = await withClient(connectionTo(address), (client) =>
    client.query(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
    ),
  );
  expect(shown.rows).toEqual([
    { name: 'idle_in_transaction_session_timeout', setting: '30000' },
    { name: 'statement_timeout', setting: '30000' },
  ]);
});
