import { Client } from 'pg';
import { createInstallation, type FinCoreProcess, type Installation } from '../../support/fincore-process';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';
import { eventually } from '../../support/eventually';
import { clientOf } from '../api/client';

const cards = ['4242424242424242', '5555555555554444', '378282246310005'];
const grouped = '4242 4242 4242 4242 12/34';
const startTimeoutMs = 90_000;

let database: TestDatabase;
let installation: Installation;
let fincore: FinCoreProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  installation = await createInstallation({ DATABASE_URL: database.url, FINCORE_LOG_LEVEL: 'debug' });
  fincore = await installation.start();
}, startTimeoutMs);
afterAll(async () => {
  await installation.remove();
  await database.drop();
});

/** Every row of every table, as text. The catalogue names the tables, so that a new one cannot be forgotten. */
async function everythingStored(): Promise<{ readonly tables: number; readonly text: string }> {
  const client = new Client({ connectionString: database.url, query_timeout: 30_000 });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return { tables: tables.length, text: texts.join('\n') };
  } finally {
    await client.end();
  }
}

test(
  'a card number through any input is in no table and in no line of the log',
  async () => {
    const { api_url: url, secret_key: key, operator_key: operatorKey } = fincore.credentials;
    const merchant = clientOf(url, key);
    const valid = { amount: 100, currency: 'EUR', payment_token: 'pm_card_visa' };
    for (const card of [...cards, grouped]) {
      for (const member of [
        'description',
        'customer_reference',
        'statement_descriptor',
        'payment_token',
        'currency',
      ])
        await merchant.post('/v1/charges', { ...valid, [member]: card });
      await merchant.post('/v1/charges', { ...valid, metadata: { note: card, [card.slice(0, 40)]: 'x' } });
      await merchant.post('/v1/charges', `{"amount":${card.replace(/\D/g, '')}}`);
      await merchant.post('/v1/charges', `${JSON.stringify(valid)}${card}`);
      await merchant.post('/v1/refunds', { charge: card, reason: card, metadata: { note: card } });
      await clientOf(url, operatorKey).post('/v1/merchants', { name: card });
      for (const header of [
        'request-id',
        'prefer',
        'fincore-version',
        'user-agent',
        'referer',
        'x-forwarded-for',
      ])
        await merchant.post('/v1/charges', valid, { headers: { [header]: card } });
      await merchant.post('/v1/charges', valid, { key: `${card}-${String(cards.length)}` });
      await clientOf(url, card).get('/v1/charges');
      for (const path of [
        'charges/',
        'refunds/',
        'charges?customer_reference=',
        'audit?actor=',
        'ledger/accounts/',
      ])
        await merchant.get(`/v1/${path}${encodeURIComponent(card)}`);
      await merchant.get(`/${encodeURIComponent(card)}`);
      await clientOf(url).post('/v1/psp/stripe/webhooks', `{"id":"${card}"}`, {
        headers: { 'stripe-signature': `t=1,v1=${card}` },
      });
    }
    const marker = 'canary-that-is-stored';
    await merchant.post('/v1/charges', { ...valid, description: marker });
    const stored = await eventually(async () => {
      const all = await everythingStored();
      // The refusals have reached the audit, and the search finds what was stored.
      expect(all.text).toContain('card_number_refused');
      expect(all.text).toContain(marker);
      return all;
    });
    expect(stored.tables).toBeGreaterThan(10);
    const withoutSeparators = (text: string) => text.replace(/(?<=\d)[ -](?=\d)/g, '');
    const found = (text: string) => cards.filter((card) => withoutSeparators(text).includes(card));
    expect(found(stored.text)).toEqual([]);
    expect(fincore.said()).toContain('"url":"/v1/charges"');
    expect(found(fincore.said())).toEqual([]);
  },
  startTimeoutMs,
);

/** What an append moves together with its events; `verify` compares it with them. */
const movedColumns: ReadonlySet<string> = new Set([
  'journal.balances.amount_minor',
  'audit.chain.sequence',
  'audit.chain.hash',
]);

test('the role of the application cannot change or remove what was recorded', async () => {
  const client = new Client({ connectionString: database.url, query_timeout: 30_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; rights: string[] }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name,
              ARRAY(SELECT wanted FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS wanted
                    WHERE has_table_privilege('fincore_app', format('%I.%I', schemaname, tablename), wanted)) AS rights
       FROM pg_tables WHERE schemaname IN ('journal', 'ledger', 'audit') ORDER BY 1`,
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(
      Object.fromEntries(
        rows.filter(({ rights }) => rights.length > 0).map(({ name, rights }) => [name, rights]),
      ),
    ).toEqual(moved);
  } finally {
    await client.end();
  }
});

test('UPDATE, DELETE and TRUNCATE of what was recorded are denied by the database itself', async () => {
  const client = new Client({ connectionString: database.url, query_timeout: 30_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; columns: string[] }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name, array_agg(quote_ident(column_name)) AS columns
       FROM information_schema.columns JOIN pg_tables ON schemaname = table_schema AND tablename = table_name
       WHERE table_schema IN ('journal', 'ledger', 'audit') GROUP BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['journal.events', 'ledger.entries', 'audit.entries']),
    );
    await client.query('SET ROLE fincore_app');
    const statements = rows.flatMap(({ name, columns }) => [
      `DELETE FROM ${name} WHERE false`,
      `TRUNCATE ${name}`,
      ...(name in moved
        ? []
        : columns
            .filter((column) => !movedColumns.has(`${name}.${column}`))
            .map((column) => `UPDATE ${name} SET ${column} = ${column} WHERE false`)),
    ]);
    const passed: string[] = [];
    for (const statement of statements) {
      // Only the right is tried: what should pass against expectation is taken back.
      await client.query('BEGIN');
      const code = await client.query(statement).then(
        () => 'passed',
        (error: unknown) => (error as { readonly code?: string }).code,
      );
      await client.query('ROLLBACK');
      if (code !== '42501') passed.push(`${statement}: ${String(code)}`);
    }
    expect(passed).toEqual([]);
  } finally {
    await client.end();
  }
});

/** What may be moved on: heads, balances and checkpoints. Events, entries and audit rows are not among them. */
const moved: Readonly<Record<string, readonly string[]>> = {
  'audit.checkpoints': ['UPDATE'],
  'journal.heads': ['UPDATE'],
  'ledger.accounts': ['UPDATE'],
  'ledger.chains': ['UPDATE'],
  'ledger.checkpoints': ['UPDATE'],
};
