import { type FinCoreProcess, type Installation, createInstallation } from '../support/fincore-process';
import { version } from '../../package.json';
import { connectionOf } from '../support/running-postgres';
import { withClient } from '../../src/adapters/postgres/with-client';
import { eventually } from '../support/eventually';
import { createMerchantClient } from '../support/merchant-client';

/** A revoked key is refused at a running server within this time. */
const revocationHoldsWithinMs = 2_000;

const merchantLine = /^merchant (mer_[0-9a-z]{26})$/m;
const keyLine = /^(key_[0-9a-z]{26}) {2}((?:sk|pk)_(?:test|live)_\w+)$/gm;

interface NewKey {
  readonly id: string;
  readonly text: string;
}

const keysIn = (stdout: string): readonly NewKey[] =>
  [...stdout.matchAll(keyLine)].map(([, id = '', text = '']) => ({ id, text }));

let installation: Installation;

const command = async (...words: readonly string[]) => {
  const ended = await installation.command(...words);
  if (ended.code !== 0) throw new Error(`fincore ${words.join(' ')}: ${String(ended.code)}\n${ended.stderr}`);
  return ended;
};

async function createMerchant(name: string) {
  const { stdout, stderr } = await command('merchant', 'create', '--name', name);
  const id = merchantLine.exec(stdout)?.[1] ?? '';
  return { id, keys: keysIn(stdout), stderr };
}

beforeAll(async () => {
  installation = await createInstallation();
});

afterAll(() => installation.remove());

describe('while nothing runs', () => {
  it('makes a merchant with four keys, and lists it', async () => {
    const { id, keys, stderr } = await createMerchant('Corner Shop');
    expect(keys.map(({ text }) => text.slice(0, 8)).sort()).toEqual([
      'pk_live_',
      'pk_test_',
      'sk_live_',
      'sk_test_',
    ]);
    expect(stderr).toContain('shown once');
    const { stdout } = await command('merchant', 'list');
    expect(stdout).toMatch(new RegExp(`^${id}  \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z  Corner Shop$`, 'm'));
  });

  it('lists keys by their hints, never by their texts', async () => {
    const { id, keys } = await createMerchant('Book Shop');
    const { stdout } = await command('merchant', 'key', 'list', id);
    expect(stdout.trim().split('\n')).toHaveLength(1 + 4);
    for (const key of keys) {
      expect(stdout).toContain(key.id);
      expect(stdout).toContain(key.text.slice(-4));
      expect(stdout).not.toContain(key.text);
    }
  });

  it.each([
    [['merchant', 'list'], 'MERCHANT', 'CREATED', 'NAME'],
    [['merchant', 'key', 'list', 'MERCHANT'], 'KEY', 'KIND', 'SIDE', 'HINT', 'STATE'],
  ])('%j has a heading over each column', async (words, ...headings) => {
    const { id } = await createMerchant('Hat Shop');
    const { stdout } = await command(...words.map((word) => (word === 'MERCHANT' ? id : word)));
    expect(stdout.split('\n')[0]?.split(/ {2,}/)).toEqual(headings);
  });

  it('prints results as JSON where asked to, and nothing else', async () => {
    const json = async (...words: readonly string[]): Promise<unknown> =>
      JSON.parse((await command(...words, '--json')).stdout);
    const made = (await json('merchant', 'create', '--name', 'Cake Shop')) as {
      merchant: string;
      keys: { key: string; text: string }[];
    };
    expect(made.merchant).toMatch(/^mer_/);
    expect(made.keys.map(({ text }) => text.slice(0, 8)).sort()).toEqual([
      'pk_live_',
      'pk_test_',
      'sk_live_',
      'sk_test_',
    ]);
    expect(await json('merchant', 'list')).toContainEqual({
      merchant: made.merchant,
      name: 'Cake Shop',
      created: expect.stringMatching(/Z$/) as string,
    });
    expect(await json('merchant', 'key', 'revoke', made.merchant, made.keys[0]?.key ?? '')).toEqual({
      revoked: made.keys[0]?.key,
    });
    expect(await json('merchant', 'key', 'list', made.merchant)).toContainEqual(
      expect.objectContaining({ key: made.keys[0]?.key, status: 'revoked', replaced_by: null }),
    );
    expect(await json('jobs', 'list')).toMatchObject({ dead_letters: [] });
    expect(await json('jobs', 'redrive')).toEqual({ redriven: 0 });
    expect(await json('rebuild', 'payments')).toMatchObject({ rebuilt: 'payments' });
    expect(await json('version')).toMatchObject({ fincore: version, node: process.versions.node });
    const { stdout } = await command('verify', '--json');
    const checks = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; sound: boolean });
    expect(checks.map(({ sound }) => sound)).toEqual(checks.map(() => true));
    expect(checks.map(({ check }) => check)).toContain('ledger by journal');
  });

  it('says how far a verification has come where asked to, on standard error', async () => {
    const { stdout, stderr } = await command('verify', '--progress');
    expect(stdout).toMatch(/^ok +journal/);
    expect(stderr).toMatch(/verifying: 100 % \(\d+ of \d+ events\)/);
  });

  it('lists no dead letters, and redrives none', async () => {
    expect((await command('jobs', 'list')).stdout).toContain('no dead letters');
    expect((await command('jobs', 'redrive')).stdout).toBe('redriven 0\n');
  });
});

describe('while npm start runs', () => {
  let running: FinCoreProcess;
  const statusWith = async (key: string): Promise<number> =>
    (await createMerchantClient({ ...running.credentials, secret_key: key }).get('/v1/charges')).status;

  beforeAll(async () => {
    running = await installation.start();
  });
  afterAll(() => running.stop());

  it('makes a merchant whose key the server takes at once', async () => {
    const { keys } = await createMerchant('Flower Shop');
    expect(await statusWith(secretOf(keys))).toBe(200);
  });

  it('issues a key of the kind and side asked for', async () => {
    const { id } = await createMerchant('Toy Shop');
    const [secret] = keysIn((await command('merchant', 'key', 'issue', id)).stdout);
    expect(await statusWith(secret?.text ?? '')).toBe(200);
    const issue = ['merchant', 'key', 'issue', id, '--kind', 'publishable', '--live'];
    const [publishable] = keysIn((await command(...issue)).stdout);
    expect(publishable?.text).toMatch(/^pk_live_/);
    const { stdout } = await command('merchant', 'key', 'list', id);
    expect(stdout.trim().split('\n')).toHaveLength(1 + 6);
  });

  it('rotates a key: both are good during the overlap, without one only the new', async () => {
    const { id, keys } = await createMerchant('Tea Shop');
    const first = keys.find(({ text }) => text.startsWith('sk_test_'));
    const [second] = keysIn((await command('merchant', 'key', 'rotate', id, first?.id ?? '')).stdout);
    expect(await statusWith(first?.text ?? '')).toBe(200);
    expect(await statusWith(second?.text ?? '')).toBe(200);
    expect((await command('merchant', 'key', 'list', id)).stdout).toMatch(
      new RegExp(
        `^${first?.id ?? ''}  .*  rotated, good until \\d{4}-.*Z, replaced by ${second?.id ?? ''}$`,
        'm',
      ),
    );
    const now = ['merchant', 'key', 'rotate', id, second?.id ?? '', '--overlap-seconds', '0'];
    const [third] = keysIn((await command(...now)).stdout);
    await refusedSoon(second?.text ?? '');
    expect(await statusWith(third?.text ?? '')).toBe(200);
  });

  it('revokes a key, and the running server refuses it', async () => {
    const { id, keys } = await createMerchant('Shoe Shop');
    const key = keys.find(({ text }) => text.startsWith('sk_test_'));
    expect(await statusWith(key?.text ?? '')).toBe(200);
    expect((await command('merchant', 'key', 'revoke', id, key?.id ?? '')).stdout).toBe(
      `revoked ${key?.id ?? ''}\n`,
    );
    await refusedSoon(key?.text ?? '');
  });

  it('rebuilds each reader, and the lists stay the same', async () => {
    const client = createMerchantClient(running.credentials);
    const made = await client.post(
      '/v1/charges',
      { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
      { waitSeconds: 10 },
    );
    expect(made.body).toMatchObject({ status: 'succeeded' });
    const before = await eventually(async () => {
      const read = await lists(client);
      expect(read.accounts).toMatchObject({ data: [{ balance: 1999 }, { balance: 1999 }] });
      return read;
    });
    for (const reader of ['payments', 'ledger', 'audit'])
      expect((await command('rebuild', reader)).stdout).toMatch(
        new RegExp(`^rebuilt ${reader} from [1-9]\\d* events$`, 'm'),
      );
    await eventually(async () => expect(await lists(client)).toEqual(before));
  });

  it('shows the queues', async () => {
    const { stdout } = await command('jobs', 'list');
    expect(stdout).toMatch(/^QUEUE +WAITING  ACTIVE  DEAD  OLDEST WAITING$/m);
    expect(stdout).toMatch(/^payments +\d+ +\d+ +0 +\d+ s$/m);
    expect((await command('jobs', 'list', '--queue', 'payments')).stdout).not.toContain('payments-follow-up');
  });

  it('resolves a dead letter: out of the queue, kept with who, why and when, and in the audit', async () => {
    const id = '5f0c0000-0000-8000-8000-000000000001';
    const server = await connectionOf(installation.dataDirectory);
    await withClient({ connectionString: server?.connectionString('fincore') ?? '' }, (client) =>
      client.query(
        `INSERT INTO jobs.jobs (id, queue, lane, name, key, data, state, attempts, due_at, failed_at, cause)
        VALUES ($1, 'payments', 'mer_1', 'refund-at-psp', 'charge-ch_1/7', '{}', 'failed', 250, now(), now(),
          'given back outside')`,
        [id],
      ),
    );
    const why = ['--reason', 'settled with the merchant', '--by', 'ada@example.com'];
    expect((await command('jobs', 'resolve', '--id', id, ...why)).stdout).toBe(`resolved ${id}\n`);
    expect((await command('jobs', 'list')).stdout).toContain('no dead letters');
    const { stdout } = await command('jobs', 'list', '--resolved', '--json');
    expect(JSON.parse(stdout)).toEqual([
      {
        id,
        resolved_at: expect.stringMatching(/Z$/) as string,
        resolved_by: 'ada@example.com',
        reason: 'settled with the merchant',
        queue: 'payments',
        job: 'refund-at-psp',
        key: 'charge-ch_1/7',
        cause: 'given back outside',
      },
    ]);
    expect((await installation.command('jobs', 'resolve', '--id', id, ...why)).code).toBe(1);
    const operator = createMerchantClient({
      ...running.credentials,
      secret_key: running.credentials.operator_key,
    });
    await eventually(async () => {
      const audited = await operator.get(`/v1/audit?subject=${id}`);
      expect(audited.body).toMatchObject({
        data: [{ action: 'ResolveDeadLetter', actor: 'operator:ada@example.com', outcome: 'done' }],
      });
    });
    expect((await command('verify')).stdout).not.toContain('FAULT');
  });

  async function lists(client: ReturnType<typeof createMerchantClient>) {
    const [charges, accounts, entries] = await Promise.all(
      ['/v1/charges', '/v1/ledger/accounts', '/v1/ledger/entries'].map((path) => client.get(path)),
    );
    return { charges: charges?.body, accounts: accounts?.body, entries: entries?.body };
  }

  async function refusedSoon(key: string): Promise<void> {
    await eventually(async () => expect(await statusWith(key)).toBe(401), {
      timeoutMs: revocationHoldsWithinMs,
    });
  }
});

const secretOf = (keys: readonly NewKey[]): string =>
  keys.find(({ text }) => text.startsWith('sk_test_'))?.text ?? '';
