import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually } from '../support/eventually';
import { settledCharges } from '../support/faults/merchant-words';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundBooks } from '../support/faults/sound-books';

const program = join(process.cwd(), 'dist', 'cli.js');
const patience = { timeoutMs: 30_000, intervalMs: 100 };

/** One byte of each store, and the place that must be told. */
const alterations = [
  {
    store: 'journal',
    sql: `UPDATE journal.events SET data = replace(data::text, '"1000"', '"1001"')::json WHERE position = $1`,
    undo: `UPDATE journal.events SET data = replace(data::text, '"1001"', '"1000"')::json WHERE position = $1`,
    find: `SELECT min(position) AS place FROM journal.events WHERE type = 'ChargeCreated'`,
    says: /FAULT {2}seals: position \d+: digest is/,
  },
  {
    store: 'ledger',
    sql: `UPDATE ledger.entries SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE sequence = $1`,
    undo: `UPDATE ledger.entries SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE sequence = $1`,
    find: 'SELECT 2 AS place',
    says: /FAULT {2}ledger: mer_\w+, entry 2: hash is/,
  },
  {
    store: 'audit',
    sql: `UPDATE audit.entries SET correlation_id = correlation_id || 'x' WHERE position = $1`,
    undo: `UPDATE audit.entries SET correlation_id = left(correlation_id, -1) WHERE position = $1`,
    find: 'SELECT 3 AS place',
    says: /FAULT {2}audit: audit entry of position 3: correlationId is/,
  },
] as const;

describe('fincore verify --watch', () => {
  let rig: Rig;
  const watches: ChildProcess[] = [];
  beforeAll(async () => {
    rig = await createRig();
    await settledCharges(rig.merchant, 3);
    await expectSoundBooks(rig);
  }, 60_000);
  afterAll(async () => {
    for (const watch of watches) watch.kill('SIGKILL');
    await rig.close();
  }, 60_000);

  /** Everything that a watch says, and how it ends. */
  function startWatch(...flags: readonly string[]) {
    const child = spawn(process.execPath, [program, 'verify', '--watch', '--interval', '0.2', ...flags], {
      env: rig.installation.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    watches.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, ended, said: () => said };
  }

  async function asOwner(sql: string, values: readonly unknown[] = []): Promise<string> {
    const client = new Client({ connectionString: rig.databaseUrl, query_timeout: 10_000 });
    await client.connect();
    try {
      await client.query('SET session_replication_role = replica');
      const { rows } = await client.query<{ place?: string }>(sql, [...values]);
      return rows[0]?.place?.toString() ?? '';
    } finally {
      await client.end();
    }
  }

  test('verifies everything, then what is new, tells Prometheus, and ends with exit code 0 when it is told to', async () => {
    const watch = startWatch('--metrics-port', '0');
    await eventually(() => expect(watch.said()).toMatch(/ok {5}everything up to position \d+/), patience);
    const before = Number(/everything up to position (\d+)/.exec(watch.said())?.[1]);
    await settledCharges(rig.merchant, 1);
    await eventually(() => {
      const rounds = [...watch.said().matchAll(/what is new up to position (\d+)/g)];
      expect(Number(rounds.at(-1)?.[1])).toBeGreaterThanOrEqual(before + 3);
    }, patience);
    const url = /Metrics: (\S+)/.exec(watch.said())?.[1] ?? '';
    const metrics = await (await fetch(url)).text();
    expect(metrics).toMatch(/^fincore_verification_sound 1$/m);
    expect(metrics).toMatch(/^fincore_verification_rounds_total\{outcome="sound"\} [1-9]/m);
    expect(metrics).toMatch(/^fincore_verification_rounds_total\{outcome="fault"\} 0$/m);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
  }, 90_000);

  test.each(alterations)(
    'one byte of the $store altered behind it is located when everything is verified again: exit code 1',
    async ({ sql, undo, find, says }) => {
      const place = await asOwner(find);
      const watch = startWatch('--whole-every', '0.0001');
      await eventually(() => expect(watch.said()).toMatch(/ok {5}everything/), patience);
      await asOwner(sql, [place]);
      try {
        expect(await watch.ended).toBe(1);
        expect(watch.said().trim().split('\n').at(-1)).toMatch(says);
      } finally {
        await asOwner(undo, [place]);
      }
    },
    90_000,
  );

  test('a server verifies in the background, and its metrics show a fault until it is gone', async () => {
    await rig.process().stop();
    const running = await rig.start({ FINCORE_VERIFY_INTERVAL_SECONDS: '1' });
    const metric = async (name: string): Promise<number> => {
      const { api_url: url, operator_key: key } = running.credentials;
      const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
      const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
      return Number(line?.split(' ')[1]);
    };
    const sound = (value: number) =>
      eventually(async () => expect(await metric('fincore_verification_sound')).toBe(value), patience);
    await eventually(
      async () => expect(await metric('fincore_verification_ended_timestamp_seconds')).toBeGreaterThan(0),
      patience,
    );
    await sound(1);
    const head = await metric('fincore_journal_head');
    await asOwner(`UPDATE ledger.accounts SET balance = balance + 1 WHERE code = 'merchant_payable'`);
    try {
      await sound(0);
      expect(await metric('fincore_verification_position')).toBeGreaterThanOrEqual(head);
      expect(running.said()).toMatch(/verification found a fault in the books/);
      expect(running.said()).toMatch(/account acct_\w+: balanceMinor is/);
    } finally {
      await asOwner(`UPDATE ledger.accounts SET balance = balance - 1 WHERE code = 'merchant_payable'`);
    }
    await sound(1);
    expect(await running.stop()).toBe(0);
    await rig.start();
  }, 120_000);
});
