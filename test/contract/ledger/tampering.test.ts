import { type LedgerFault, verifyLedger } from '../../../src/core/ledger';
import { busyHistory } from './busy-history';
import { aTenant } from './history';
import { openPostgresLedger, type PostgresLedger } from './postgres-ledger';
import { readAll } from './read-all';
import { rules } from '../../support/ledger-rules';

/** Changes a value of each type that the schema has, as little as can be. */
const tamperings: Readonly<Record<string, (column: string) => string>> = {
  text: (column) => `COALESCE(${column}, '') || 'x'`,
  bytea: (column) => `set_byte(${column}, 31, (get_byte(${column}, 31) + 1) % 256)`,
  numeric: (column) => `${column} + 1`,
  // Beyond what others hold, or a unique index would not even let a superuser in.
  bigint: (column) => `${column} + 1000`,
  integer: (column) => `${column} + 1`,
  smallint: (column) => `${column} + 1`,
  'timestamp with time zone': (column) => `${column} + interval '1 millisecond'`,
};

const columns = {
  entries: [
    'tenant',
    'sequence',
    'transaction_id',
    'account_id',
    'account_sequence',
    'side',
    'amount',
    'balance_before',
    'balance_after',
    'previous_hash',
    'hash',
  ],
  transactions: [
    'id',
    'tenant',
    'event_type',
    'subject',
    'part',
    'partition',
    'position',
    'effective_at',
    'first_sequence',
    'entry_count',
  ],
  accounts: ['id', 'tenant', 'code', 'currency', 'balance', 'account_sequence'],
  chains: ['tenant', 'sequence', 'hash', 'effective_at'],
} as const;

/** The tenant's fifth entry is the first of a refund, whose transaction has no empty column. */
const tampered = 5;

describe('tampering by a superuser', () => {
  let ledger: PostgresLedger;

  const query = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    (await ledger.owner.query<Row>(text)).rows;

  const verdict = async (): Promise<LedgerFault | null> => {
    const result = await verifyLedger(ledger.book, rules);
    return result.ok ? null : result.fault;
  };

  beforeAll(async () => {
    ledger = await openPostgresLedger();
    await readAll(ledger.newReader(), busyHistory().events, 100);
    // A superuser begins with what would be in the way.
    for (const { table, name } of await query<{ table: string; name: string }>(
      `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint
       WHERE contype = 'c' AND connamespace = 'ledger'::regnamespace`,
    ))
      await query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    for (const table of Object.keys(columns))
      await query(`CREATE TABLE public.${table} AS TABLE ledger.${table}`);
  });
  afterAll(() => ledger.close());

  afterEach(async () => {
    await query('TRUNCATE ledger.entries, ledger.transactions, ledger.accounts, ledger.chains');
    for (const table of Object.keys(columns))
      await query(`INSERT INTO ledger.${table} TABLE public.${table}`);
    expect(await verdict()).toBeNull();
  });

  it('is tried on every column that there is', async () => {
    const rows = await query<{ table_name: string; column_name: string }>(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = 'ledger' AND table_name IN ('entries', 'transactions', 'accounts', 'chains')
       ORDER BY table_name, ordinal_position`,
    );
    const tried = Object.entries(columns)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([table, names]) => names.map((name) => `${table}.${name}`));
    expect(rows.map((row) => `${row.table_name}.${row.column_name}`)).toEqual(tried);
  });

  const tamper = async (table: string, column: string, where: string): Promise<void> => {
    const [type] = await query<{ data_type: string }>(
      `SELECT data_type FROM information_schema.columns
       WHERE table_schema = 'ledger' AND table_name = '${table}' AND column_name = '${column}'`,
    );
    const change = tamperings[type?.data_type ?? ''];
    if (change === undefined) throw new Error(`no tampering for ${table}.${column}`);
    const result = await ledger.owner.query(
      `UPDATE ledger.${table} SET ${column} = ${change(column)} WHERE ${where}`,
    );
    expect(result.rowCount).toBe(1);
  };

  const entryIs = (sequence: number): string => `tenant = '${aTenant}' AND sequence = ${sequence.toString()}`;
  const transactionIs = `tenant = '${aTenant}' AND first_sequence <= ${tampered.toString()} AND first_sequence + entry_count > ${tampered.toString()}`;
  const accountIs = `id = 'acct_${aTenant}_merchant_payable_eur'`;

  it.each(columns.entries)('with entries.%s is located at the entry', async (column) => {
    await tamper('entries', column, entryIs(tampered));
    expect(await verdict()).toMatchObject({ tenant: aTenant, place: { kind: 'entry', sequence: tampered } });
  });

  it.each(columns.transactions.filter((column) => column !== 'tenant'))(
    'with transactions.%s is located at an entry of the transaction',
    async (column) => {
      await tamper('transactions', column, transactionIs);
      expect(await verdict()).toMatchObject({
        tenant: aTenant,
        place: { kind: 'entry', sequence: tampered },
      });
    },
  );

  it('with transactions.tenant is located at the transactions of the tenant', async () => {
    await tamper('transactions', 'tenant', transactionIs);
    expect(await verdict()).toMatchObject({
      tenant: aTenant,
      place: { kind: 'transactions' },
      field: 'count',
    });
  });

  it.each([
    ['id', { kind: 'entry', sequence: 2 }],
    ['tenant', { kind: 'account', accountId: `acct_${aTenant}_merchant_payable_eur` }],
    ['code', { kind: 'entry', sequence: 2 }],
    ['currency', { kind: 'entry', sequence: 2 }],
    ['balance', { kind: 'account', accountId: `acct_${aTenant}_merchant_payable_eur` }],
    ['account_sequence', { kind: 'account', accountId: `acct_${aTenant}_merchant_payable_eur` }],
  ])('with accounts.%s is located', async (column, place) => {
    await tamper('accounts', column, accountIs);
    expect(await verdict()).toMatchObject({ tenant: aTenant, place });
  });

  it.each(columns.chains)('with chains.%s is located at the head', async (column) => {
    await tamper('chains', column, `tenant = '${aTenant}'`);
    expect(await verdict()).toMatchObject({ tenant: aTenant, place: { kind: 'head' } });
  });

  it.each([
    [
      'an entry',
      `DELETE FROM ledger.entries WHERE ${entryIs(tampered)}`,
      { kind: 'entry', sequence: tampered },
    ],
    [
      'the last entries',
      `DELETE FROM ledger.entries WHERE tenant = '${aTenant}' AND sequence > 30`,
      { kind: 'head' },
    ],
    [
      'a transaction',
      `DELETE FROM ledger.transactions WHERE ${transactionIs}`,
      { kind: 'entry', sequence: tampered },
    ],
    ['an account', `DELETE FROM ledger.accounts WHERE ${accountIs}`, { kind: 'entry', sequence: 2 }],
    ['the head', `DELETE FROM ledger.chains WHERE tenant = '${aTenant}'`, { kind: 'head' }],
    ['every entry', `DELETE FROM ledger.entries WHERE tenant = '${aTenant}'`, { kind: 'head' }],
  ])('by deleting %s is located', async (_, statement, place) => {
    await query(statement);
    expect(await verdict()).toMatchObject({ tenant: aTenant, place });
  });

  it.each([
    [
      'a transaction without entries',
      `INSERT INTO ledger.transactions SELECT 'txn_forged', tenant, event_type, subject, part, partition,
         position + 9, effective_at, first_sequence, entry_count FROM ledger.transactions WHERE ${transactionIs}`,
      { kind: 'transactions' },
    ],
    [
      'an entry at the end',
      `INSERT INTO ledger.entries SELECT tenant, sequence + 1, transaction_id, account_id, account_sequence + 1, side,
         amount, balance_after, balance_after + balance_after - balance_before, hash, hash
       FROM ledger.entries WHERE tenant = '${aTenant}' ORDER BY sequence DESC LIMIT 1`,
      { kind: 'entry' },
    ],
    [
      'an account without entries',
      `INSERT INTO ledger.accounts VALUES ('acct_forged', '${aTenant}', 'merchant_payable', 'USD', 5, 1)`,
      { kind: 'account', accountId: 'acct_forged' },
    ],
  ])('by adding %s is located', async (_, statement, place) => {
    await query(statement);
    expect(await verdict()).toMatchObject({ tenant: aTenant, place });
  });

  it('by adding an account to a tenant that has none is located', async () => {
    await query(
      `INSERT INTO ledger.accounts VALUES ('acct_forged', 'nobody', 'merchant_payable', 'USD', 5, 1)`,
    );
    expect(await verdict()).toMatchObject({
      tenant: 'nobody',
      place: { kind: 'account', accountId: 'acct_forged' },
    });
  });
});
