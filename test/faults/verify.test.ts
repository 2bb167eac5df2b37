import { contexts } from '../../src/core/contexts';
import { Client } from 'pg';
import { reportFault } from '../support/faults/fault-report';
import { settledCharges } from '../support/faults/merchant-words';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundBooks, expectVerified } from '../support/faults/sound-books';

/** One tampering, how it is undone, and what `fincore verify` must say of it. */
interface Tampering {
  readonly what: string;
  readonly check: string;
  readonly sql: string;
  readonly undo: string;
  readonly says: RegExp;
}

/** Kept aside and put back: a row that is removed must come back as it was. */
const removed = (table: string, where: string) => ({
  sql: `CREATE TABLE public.kept AS SELECT * FROM ${table} WHERE ${where}; DELETE FROM ${table} WHERE ${where}`,
  undo: `INSERT INTO ${table} SELECT * FROM public.kept; DROP TABLE public.kept`,
});

/** Kept aside as a whole and put back: for changes of several rows. */
const changed = (table: string, key: string, sql: string) => ({
  sql: `CREATE TABLE public.kept AS SELECT * FROM ${table}; ${sql}`,
  undo: `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM public.kept ORDER BY ${key}; DROP TABLE public.kept`,
});

const tamperings: readonly Tampering[] = [
  {
    what: 'an event is removed from the journal',
    check: 'journal',
    ...removed('journal.events', 'position = 7'),
    says: /position 7: event is missing, expected an event/,
  },
  {
    what: 'the newest events are cut off',
    check: 'journal',
    ...removed('journal.events', 'position > (SELECT max(position) - 2 FROM journal.events)'),
    says: /event is missing, expected an event/,
  },
  {
    what: 'the head is set back',
    check: 'journal',
    sql: 'UPDATE journal.heads SET position = position - 1',
    undo: 'UPDATE journal.heads SET position = position + 1',
    says: /head of the journal: position is \d+, expected \d+, where the last event stands/,
  },
  {
    what: 'a version is skipped in a stream',
    check: 'journal',
    ...changed(
      'journal.events',
      'position',
      `UPDATE journal.events SET version = version + 100
       WHERE position = (SELECT max(position) FROM journal.events WHERE version > 1)`,
    ),
    says: /stream charge-ch_\w+: version is 10\d, expected one that follows/,
  },
  {
    what: 'an event gets a type that nobody knows',
    check: 'journal',
    ...changed(
      'journal.events',
      'position',
      `UPDATE journal.events SET type = 'ChargeDoubled' WHERE position = 6`,
    ),
    says: /position 6, stream \S+, version \d+: type is ChargeDoubled/,
  },
  {
    what: 'an amount in an event is changed, and the ledger is not',
    check: 'seals',
    ...changed(
      'journal.events',
      'position',
      `UPDATE journal.events SET data = replace(data::text, '"1000"', '"9000"')::json
       WHERE position = (SELECT min(position) FROM journal.events WHERE type = 'ChargeCaptured')`,
    ),
    says: /position \d+/,
  },
  {
    what: 'a ledger entry is changed with its balance',
    check: 'ledger',
    ...changed(
      'ledger.entries',
      'tenant, sequence',
      'UPDATE ledger.entries SET amount = amount + 1, balance_after = balance_before + amount + 1 WHERE sequence = 3',
    ),
    says: /mer_\w+, entry 3: \w+ is \w+, expected \w+/,
  },
  {
    what: 'a ledger entry is removed',
    check: 'ledger',
    ...removed('ledger.entries', 'sequence = 2'),
    says: /mer_\w+, entry 2: sequence is 3, expected 2/,
  },
  {
    what: 'a balance is changed',
    check: 'ledger',
    sql: `UPDATE ledger.accounts SET balance = balance + 1 WHERE code = 'merchant_payable'`,
    undo: `UPDATE ledger.accounts SET balance = balance - 1 WHERE code = 'merchant_payable'`,
    says: /account acct_\w+: balanceMinor is \d+, expected \d+/,
  },
  {
    what: 'a guarded balance is invented',
    check: 'balances',
    sql: "INSERT INTO journal.balances (tenant, balance, amount_minor) VALUES ('mer_1_test', 'float', 100)",
    undo: 'DELETE FROM journal.balances',
    says: /balance float of mer_1_test: amount is 100, expected no such balance/,
  },
  {
    what: 'the actor of an audit entry is changed',
    check: 'audit',
    ...changed('audit.entries', 'id', `UPDATE audit.entries SET actor = 'nobody' WHERE position = 4`),
    says: /audit entry of position 4: actor is nobody, expected \w+/,
  },
  {
    what: 'a refusal is removed from the audit',
    check: 'audit',
    ...removed('audit.entries', 'sequence = 1'),
    says: /refusal 1: /,
  },
  {
    what: 'the amount of a charge in PaymentDB is changed',
    check: 'payments',
    ...changed(
      'payments.charges',
      'charge_id',
      `UPDATE payments.charges SET amount_minor = amount_minor + 5
       WHERE charge_id = (SELECT min(charge_id) FROM payments.charges WHERE charge_id NOT IN (SELECT charge_id FROM payments.refunds))`,
    ),
    says: /charge ch_\w+: column amount_minor is 1005, expected 1000/,
  },
  {
    what: 'the status of a refund in PaymentDB is changed',
    check: 'payments',
    sql: `UPDATE payments.refunds SET status = 'pending'`,
    undo: `UPDATE payments.refunds SET status = 'succeeded'`,
    says: /refund re_\w+: column status is pending, expected succeeded/,
  },
  {
    what: 'a charge is missing in PaymentDB',
    check: 'payments',
    ...removed(
      'payments.charges',
      'charge_id = (SELECT max(charge_id) FROM payments.charges WHERE charge_id NOT IN (SELECT charge_id FROM payments.refunds))',
    ),
    says: /charge ch_\w+: row is missing, expected a row/,
  },
  {
    what: 'a refund is missing in PaymentDB',
    check: 'payments',
    ...removed('payments.refunds', 'true'),
    says: /refund re_\w+: row is missing, expected a row/,
  },
  {
    what: 'PaymentDB has a charge too many',
    check: 'payments',
    sql: `CREATE TABLE public.kept AS SELECT * FROM payments.charges LIMIT 1;
      UPDATE public.kept SET charge_id = 'ch_' || repeat('z', 26);
      INSERT INTO payments.charges SELECT * FROM public.kept`,
    undo: `DELETE FROM payments.charges WHERE charge_id = 'ch_' || repeat('z', 26); DROP TABLE public.kept`,
    says: /charge ch_z{26}: row is a row, expected none/,
  },
  {
    what: 'a row that finds a charge by its metadata is missing',
    check: 'payments',
    ...removed('payments.metadata', `key = 'order'`),
    says: /charge ch_\w+: metadata index is no row for order/,
  },
  ...['ledger', 'audit', 'payments'].map((schema) => ({
    what: `the checkpoint of ${schema} is set back behind its rows`,
    check: schema === 'ledger' ? 'ledger by journal' : schema,
    ...changed(`${schema}.checkpoints`, 'partition', `UPDATE ${schema}.checkpoints SET position = 1`),
    says: /checkpoint of \w+: position is 1, expected \d+, whose rows are there, or more/,
  })),
  {
    what: 'the answer of an idempotency key is removed, so that a retry would charge again',
    check: 'answers',
    ...removed('journal.idempotency_keys', 'key_hash = (SELECT max(key_hash) FROM journal.idempotency_keys)'),
    says: /idempotency key [0-9a-f]{32} of position \d+, stream \S+: answer is missing/,
  },
  {
    what: 'an answer is added that no event was recorded with, so that the request with its key has no effect',
    check: 'answers',
    sql: `INSERT INTO journal.idempotency_keys
      SELECT decode(repeat('5a', 16), 'hex'), request_hash, status, body, recorded_at FROM journal.idempotency_keys LIMIT 1`,
    undo: `DELETE FROM journal.idempotency_keys WHERE key_hash = decode(repeat('5a', 16), 'hex')`,
    says: /idempotency key (5a){16}: answer is there, expected none, as no event was recorded with it/,
  },
  ...['body = body || chr(32)', 'status = status + 1', `request_hash = decode(repeat('00', 16), 'hex')`].map(
    (change) => ({
      what: `the answer of an idempotency key is altered: ${change}`,
      check: 'answers',
      ...changed(
        'journal.idempotency_keys',
        'key_hash',
        `UPDATE journal.idempotency_keys SET ${change} WHERE key_hash =
          (SELECT max(key_hash) FROM journal.idempotency_keys)`,
      ),
      says: /idempotency key [0-9a-f]{32} of position \d+, stream \S+: answer is digest [0-9a-f]{32}, expected/,
    }),
  ),
  {
    what: 'the job of an event is removed with its key, as if the dispatcher had never enqueued it',
    check: 'jobs',
    ...removed('jobs.keys', 'id = (SELECT id FROM jobs.keys ORDER BY known_since LIMIT 1)'),
    says: /job payments\S*\/\S+ charge-ch_\w+\/\d+ of position \d+: key is missing, expected known/,
  },
  ...['dispatch', 'ledger', 'audit', 'payments'].map((schema) => ({
    what: `the checkpoint of ${schema} is beyond the head`,
    check:
      { dispatch: 'dispatcher', ledger: 'ledger by journal', audit: 'audit', payments: 'payments' }[schema] ??
      '',
    sql: `UPDATE ${schema}.checkpoints SET position = position + 100`,
    undo: `UPDATE ${schema}.checkpoints SET position = position - 100`,
    says: /checkpoint of \w+: position is \d+, expected \d+, the head of the journal, or less/,
  })),
];

describe('fincore verify', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
    const [charge] = await settledCharges(rig.merchant, 3, { metadata: { order: '4711' } });
    await rig.merchant.post('/v1/refunds', { charge, amount: 100 }, { waitSeconds: 20 });
    await rig.merchant.post('/v1/refunds', { charge, amount: 100_000 });
    await expectSoundBooks(rig);
    // Nothing moves while the books are tampered with.
    await rig.process().stop();
  }, 120_000);
  afterAll(() => rig.close(), 60_000);

  test('finds nothing on sound books, and names each check with its counts', async () => {
    const { code, stdout } = await rig.installation.command('verify');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => /^ok {5}(\S+(?: \S+)*) {2}/.exec(line)?.[1])).toEqual([
      'journal',
      'seals',
      'balances',
      'answers',
      'dispatcher',
      'jobs',
      'ledger',
      'ledger by journal',
      'audit',
      ...contexts.readModels.map(({ name }) => name),
      undefined,
    ]);
    expect(stdout).toMatch(/journal +\d+ events in \d+ streams, no gap \(\d+ ms\)/);
    expect(stdout).toMatch(/payments +3 charges folded again, up to the head/);
  }, 60_000);

  test.each(tamperings)(
    '$what: exit code 1 and the place',
    async ({ check, sql, undo, says }) => {
      await asOwner(sql);
      try {
        const { code, stdout } = await rig.installation.command('verify');
        const fault = stdout.trim().split('\n').at(-1) ?? '';
        expect({ code, check: fault.slice(0, 'FAULT  '.length + check.length) }).toEqual({
          code: 1,
          check: `FAULT  ${check}`,
        });
        expect(fault).toMatch(says);
      } finally {
        await asOwner(undo);
      }
    },
    60_000,
  );

  test('finds nothing once everything is put back; a reader that lags is compared as far as it has come', async () => {
    await expectVerified(rig);
    const { code } = await rig.installation.command('merchant', 'create', '--name', 'Late Ltd');
    expect(code).toBe(0);
    const { stdout } = await rig.installation.command('verify');
    expect(stdout).toMatch(/payments +\d+ charges folded again, up to \d+, [1-9]\d* behind the head/);
    await reportFault({
      fault: 'tampering with journal, ledger, audit, PaymentDB',
      repetitions: tamperings.length,
    });
  }, 60_000);

  /** As the superuser, past every trigger and foreign key. */
  async function asOwner(sql: string): Promise<void> {
    const client = new Client({ connectionString: rig.databaseUrl, query_timeout: 10_000 });
    await client.connect();
    try {
      await client.query(`SET session_replication_role = replica; ${sql}`);
    } finally {
      await client.end();
    }
  }
});
