import { eventually } from '../../support/eventually';
import { busyHistory } from './busy-history';
import { openPostgresLedger, type PostgresLedger } from './postgres-ledger';
import { readAll } from './read-all';
import { wholeLedger } from './whole-ledger';

describe('the rights of the application in the ledger', () => {
  let ledger: PostgresLedger;
  beforeAll(async () => {
    ledger = await openPostgresLedger();
    await readAll(ledger.newReader(), busyHistory().events, 100);
  });
  afterAll(() => ledger.close());

  it.each([
    'UPDATE ledger.entries SET amount = amount + 1',
    'DELETE FROM ledger.entries',
    'TRUNCATE ledger.entries',
    "UPDATE ledger.transactions SET event_type = 'ChargeCaptured'",
    'DELETE FROM ledger.transactions',
    'TRUNCATE ledger.transactions',
    'DELETE FROM ledger.accounts',
    'TRUNCATE ledger.accounts',
    'DELETE FROM ledger.chains',
    'TRUNCATE ledger.chains',
    'DELETE FROM ledger.checkpoints',
    'TRUNCATE ledger.checkpoints',
    'ALTER TABLE ledger.entries DISABLE TRIGGER ALL',
    'DROP TABLE ledger.entries',
    'CREATE TABLE ledger.more (id integer)',
  ])('do not allow %s', async (statement) => {
    const before = await wholeLedger(ledger.book);
    await expect(ledger.pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
    expect(await wholeLedger(ledger.book)).toEqual(before);
  });

  it('allow reading and adding, and the owner emptying', async () => {
    await ledger.rebuild.reset();
    expect(await wholeLedger(ledger.book)).toEqual([]);
    await readAll(ledger.newReader(), busyHistory().events, 100);
    expect(await wholeLedger(ledger.book)).toHaveLength(2);
  });
});

describe('a batch that fails on its way', () => {
  let ledger: PostgresLedger;
  beforeEach(async () => {
    ledger = await openPostgresLedger();
  });
  afterEach(() => ledger.close());

  it.each(['transactions', 'entries', 'accounts', 'chains'])(
    'at the rows of %s leaves nothing behind, and is read again',
    async (table) => {
      const { events } = busyHistory();
      await readAll(ledger.newReader(), events.slice(0, 20), 100);
      const before = await wholeLedger(ledger.book);
      await ledger.owner.query(`REVOKE INSERT, UPDATE ON ledger.${table} FROM fincore_app`);
      const reader = ledger.newReader();
      await expect(reader.apply(20, events.slice(20))).rejects.toThrow('permission denied');
      expect(await reader.checkpoint()).toBe(20);
      expect(await wholeLedger(ledger.book)).toEqual(before);
      await ledger.owner.query(`GRANT INSERT, UPDATE ON ledger.${table} TO fincore_app`);
      expect(await reader.apply(20, events.slice(20))).toBe('applied');
      const after = await wholeLedger(ledger.book);
      await ledger.rebuild.reset();
      await readAll(reader, events, 100);
      expect(await wholeLedger(ledger.book)).toEqual(after);
    },
  );

  it('when its connection is lost leaves nothing behind', async () => {
    const { events } = busyHistory();
    const reader = ledger.newReader();
    await ledger.owner.query('BEGIN');
    await ledger.owner.query('LOCK TABLE ledger.chains IN ACCESS EXCLUSIVE MODE');
    const applying = expect(reader.apply(0, events)).rejects.toThrow(
      /terminating connection|Connection terminated/,
    );
    await eventually(async () => {
      const blocked = await ledger.owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'ledger.chains'::regclass`,
      );
      expect(blocked.rowCount).toBe(1);
    });
    await applying;
    await ledger.owner.query('ROLLBACK');
    expect(await wholeLedger(ledger.book)).toEqual([]);
    expect(await reader.apply(0, events)).toBe('applied');
  });
});
