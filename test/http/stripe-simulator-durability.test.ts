import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { clientOf, oneVisa, refusal, runSimulator } from './stripe-simulator-harness';

let folder: string;
let program: string;
let dataDir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  program = join(folder, 'stripe-simulator.cjs');
  await build({
    entryPoints: ['simulators/stripe/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  });
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(folder, 'data-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly stripe: Stripe;
}

/** Runs the program; `fileLimit` is a shell's `ulimit` on the size of files, which stands in for a full disk. */
function launch(environment: Record<string, string> = {}, fileLimit = 'unlimited'): ChildProcess {
  const command = `ulimit -S -f ${fileLimit} && exec "$0" "$1"`;
  const child = spawn('/bin/bash', ['-c', command, process.execPath, program], {
    env: {
      PATH: process.env['PATH'] ?? '',
      STRIPE_SIMULATOR_PORT: '0',
      STRIPE_SIMULATOR_DATA_DIR: dataDir,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function start(environment?: Record<string, string>, fileLimit?: string): Promise<Running> {
  const child = launch(environment, fileLimit);
  if (child.stdout === null) throw new Error('The simulator has no standard output.');
  const [line] = (await once(createInterface(child.stdout), 'line', {
    signal: AbortSignal.timeout(20_000),
  })) as [string];
  const { ready, url } = JSON.parse(line) as { ready: boolean; url: string };
  expect(ready).toBe(true);
  const port = Number(new URL(url).port);
  return { child, port, stripe: clientOf(port, 'sk_test_merchant') };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null)
    await once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
  return child.exitCode;
}

async function kill({ child }: Running): Promise<void> {
  child.kill('SIGKILL');
  await end(child);
}

test.each(['/proc/nope/deeper', '/proc', '/dev/null/nope'])(
  'names the data folder %s where nothing can be put into it, instead of hanging on it',
  async (dataDir) => {
    const child = launch({ STRIPE_SIMULATOR_DATA_DIR: dataDir });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await end(child)).toBe(1);
    expect(said).toContain(`The data folder ${dataDir} cannot be made or written`);
    expect(said).toContain('Set STRIPE_SIMULATOR_DATA_DIR');
    expect(said).not.toMatch(/^\s+at /m);
  },
);

test('kill -9 in a storm loses nothing that was acknowledged, and charges nothing twice', async () => {
  const first = await start();
  const acknowledged: { readonly key: string; readonly id: string }[] = [];
  const storm = Array.from({ length: 16 }, async (_, worker) => {
    for (let index = 0; index < 1_000; index += 1) {
      const key = `storm-${worker}-${index}`;
      const intent = await first.stripe.paymentIntents.create(
        { ...oneVisa, metadata: { charge_id: key } },
        { idempotencyKey: key },
      );
      acknowledged.push({ key, id: intent.id });
    }
  });
  const settled = Promise.allSettled(storm);
  await eventually(() => expect(acknowledged.length).toBeGreaterThan(100));
  await kill(first);
  await settled;
  const second = await start();
  for (const { key, id } of acknowledged) {
    const replayed = await second.stripe.paymentIntents.create(
      { ...oneVisa, metadata: { charge_id: key } },
      { idempotencyKey: key },
    );
    expect(replayed).toMatchObject({ id, status: 'succeeded' });
  }
  const stats = (await (await fetch(`http://127.0.0.1:${second.port}/simulator/stats`)).json()) as {
    charges_by_charge_id: Record<string, { charges: number }>;
  };
  expect(Object.values(stats.charges_by_charge_id).filter(({ charges }) => charges !== 1)).toEqual([]);
});

test('a restart finds everything, and pending refunds still settle', async () => {
  const first = await start({ STRIPE_SIMULATOR_REFUND_SETTLEMENT_DELAY_MS: '600000' });
  // JSON leaves the line separator as it is, although it looks like a line's end.
  const name = 'Ada\u2028Lovelace\r\n☃';
  const customer = await first.stripe.customers.create({ email: 'keep@example.com', name });
  await first.stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
  const intent = await first.stripe.paymentIntents.create({
    ...oneVisa,
    payment_method: 'pm_card_pendingRefund',
    customer: customer.id,
  });
  const refund = await first.stripe.refunds.create({ payment_intent: intent.id });
  const balance = await first.stripe.balance.retrieve();
  const events = await first.stripe.events.list();
  first.child.kill('SIGTERM');
  expect(await end(first.child)).toBe(0);

  const second = await start({ STRIPE_SIMULATOR_REFUND_SETTLEMENT_DELAY_MS: '10' });
  expect(await second.stripe.customers.retrieve(customer.id)).toMatchObject({
    email: 'keep@example.com',
    name,
  });
  expect((await second.stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1);
  await eventually(async () =>
    expect((await second.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded'),
  );
  expect(await second.stripe.balance.retrieve()).toMatchObject({
    pending: balance.pending,
    available: balance.available,
  });
  const later = await second.stripe.events.list({ limit: 100 });
  expect(later.data.map(({ id }) => id)).toEqual(expect.arrayContaining(events.data.map(({ id }) => id)));
});

describe('a log whose last batch was torn', () => {
  test.each([
    ['in the middle of a record', (line: string) => line.slice(0, 200)],
    ['in the middle of a character', () => Buffer.from('{"account":"\u2603').subarray(0, -1)],
    ['of its line feed alone', (line: string) => line],
    ['and its pages never reached the disk', () => '\0'.repeat(5_000)],
  ])('%s starts with every whole record', async (_where, tailOf) => {
    const first = await start();
    const intent = await first.stripe.paymentIntents.create(oneVisa);
    await kill(first);
    const log = join(dataDir, 'log-000001.jsonl');
    const whole = await readFile(log, 'utf8');
    await appendFile(log, tailOf(whole.split('\n')[0] ?? ''));
    const second = await start();
    expect(await readFile(log, 'utf8')).toBe(whole);
    expect((await second.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    const more = await second.stripe.paymentIntents.create(oneVisa);
    await kill(second);
    const third = await start();
    expect((await third.stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([more.id, intent.id]);
  });

  test.each([
    ['a torn record before whole ones', 1, (whole: string) => `{"account":\n${whole}`],
    ['a damaged record at the end', 2, (whole: string) => `${whole.trimEnd().slice(0, -1)}\n`],
    ['zeroes before a record', 1, (whole: string) => `\0\0\0${whole}`],
  ])('is refused with file and line for %s', async (_what, line, damage) => {
    const first = await start();
    await first.stripe.paymentIntents.create(oneVisa);
    await first.stripe.paymentIntents.create(oneVisa);
    await kill(first);
    const log = join(dataDir, 'log-000001.jsonl');
    await writeFile(log, damage(await readFile(log, 'utf8')));
    const child = launch();
    const errors = child.stderr === null ? [] : await child.stderr.toArray();
    expect(await end(child)).toBe(1);
    const text = Buffer.concat(errors as Buffer[]).toString();
    expect(text).toContain(`${log} is damaged at line ${line}`);
    expect(text).toContain('from a backup');
  });
});

describe('a full disk', () => {
  const limitKib = 48;

  /** Pays until the disk takes nothing more. */
  async function fill({ stripe }: Running): Promise<{ readonly paid: string[]; readonly refused: string }> {
    const paid: string[] = [];
    for (let index = 0; ; index += 1) {
      const key = `fill-${index}`;
      try {
        paid.push((await stripe.paymentIntents.create(oneVisa, { idempotencyKey: key })).id);
      } catch (error) {
        expect(error).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
        expect((error as Error).message).toContain('cannot write its data folder');
        return { paid, refused: key };
      }
    }
  }

  const makeRoom = ({ child }: Running): void => {
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
  };

  test('refuses requests, and answers them all once there is room again', async () => {
    const running = await start({}, String(limitKib));
    const { paid, refused } = await fill(running);
    expect(await refusal(running.stripe.paymentIntents.retrieve(paid[0] ?? ''))).toMatchObject({
      statusCode: 500,
    });
    expect(await refusal(running.stripe.customers.create())).toMatchObject({ statusCode: 500 });
    makeRoom(running);
    const later = await eventually(() =>
      running.stripe.paymentIntents.create(oneVisa, { idempotencyKey: refused }),
    );
    const listed = (await running.stripe.paymentIntents.list({ limit: 100 })).data.map(({ id }) => id);
    expect([...listed].sort()).toEqual([...paid, later.id].sort());
    await kill(running);

    const again = await start();
    const kept = (await again.stripe.paymentIntents.list({ limit: 100 })).data.map(({ id }) => id);
    expect(kept).toEqual(listed);
    expect((await again.stripe.customers.list()).data).toEqual([]);
  });

  test('that kills it before there is room loses only what it refused', async () => {
    const running = await start({}, String(limitKib));
    const { paid } = await fill(running);
    await kill(running);
    const again = await start();
    const kept = (await again.stripe.paymentIntents.list({ limit: 100 })).data.map(({ id }) => id);
    expect([...kept].sort()).toEqual([...paid].sort());
  });

  test('does not hinder a stop, which says what is lost', async () => {
    const running = await start({}, String(limitKib));
    let said = '';
    running.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await fill(running);
    running.child.kill('SIGTERM');
    expect(await end(running.child)).toBe(0);
    expect(said).toContain('are lost; none was acknowledged');
    expect(said).not.toMatch(/^\s+at /m);
  });
});

test.each([
  ['as they are', 2_000],
  ['packed', 0],
])(
  'a log that outgrows its bound becomes a snapshot of objects %s, under load, and nothing is lost',
  async (_how, looseLimit) => {
    const limits = { compactionBytes: 60_000, looseLimit };
    const running = await runSimulator({ dataDir, ...limits });
    const { stripe } = running;
    const made: { readonly key: string; readonly id: string }[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let index = 0; index < 40; index += 1) {
          const key = `grow-${worker}-${index}`;
          const intent = await stripe.paymentIntents.create(
            { ...oneVisa, metadata: { charge_id: key } },
            { idempotencyKey: key },
          );
          if (index % 3 === 0) await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
          made.push({ key, id: intent.id });
        }
      }),
    );
    const before = {
      charges: await stripe.charges.list({ limit: 100 }),
      refunds: await stripe.refunds.list({ limit: 100 }),
      events: await stripe.events.list({ limit: 100 }),
      balance: await stripe.balance.retrieve(),
    };
    await running.stop();
    const names = await readdir(dataDir);
    expect(names.filter((name) => name.startsWith('snapshot-'))).toHaveLength(1);
    const last =
      names
        .filter((name) => name.startsWith('log-'))
        .sort()
        .at(-1) ?? '';
    expect((await stat(join(dataDir, last))).mode & 0o077).toBe(0);

    const again = await runSimulator({ dataDir, ...limits });
    try {
      expect(await again.stripe.charges.list({ limit: 100 })).toEqual(before.charges);
      expect(await again.stripe.refunds.list({ limit: 100 })).toEqual(before.refunds);
      expect(await again.stripe.events.list({ limit: 100 })).toEqual(before.events);
      expect(await again.stripe.balance.retrieve()).toEqual(before.balance);
      for (const { key, id } of made) {
        const replayed = await again.stripe.paymentIntents.create(
          { ...oneVisa, metadata: { charge_id: key } },
          { idempotencyKey: key },
        );
        expect(replayed.id).toBe(id);
        expect(
          (await again.stripe.paymentIntents.search({ query: `metadata['charge_id']:'${key}'` })).data,
        ).toHaveLength(1);
      }
    } finally {
      await again.stop();
    }
  },
);

test('no card number reaches the disk', async () => {
  const running = await runSimulator({ dataDir });
  const number = '4000056655665556';
  const token = await running.stripe.tokens.create({
    card: { number, exp_month: '12', exp_year: '2034', cvc: '987' },
  });
  await running.stripe.paymentMethods.create({
    type: 'card',
    card: { number, exp_month: 12, exp_year: 2034, cvc: '987' },
  });
  await running.stripe.charges.create({ amount: 900, currency: 'usd', source: token.id });
  expect(
    await refusal(
      running.stripe.tokens.create({
        card: { number: `${number.slice(0, -1)}7`, exp_month: '12', exp_year: '2034' },
      }),
    ),
  ).toMatchObject({ statusCode: 402 });
  await running.stop();
  const files = await Promise.all(
    (await readdir(dataDir)).map((name) => readFile(join(dataDir, name), 'utf8')),
  );
  expect(files.join('')).toContain('"last4":"5556"');
  expect(files.join('')).not.toContain(number.slice(0, -1));
  expect(files.join('')).not.toContain('"987"');
});

describe('the process', () => {
  test('stops when its parent closes its standard input', async () => {
    const { child } = await start();
    child.stdin?.end();
    expect(await end(child)).toBe(0);
  });

  test('says so when its port is busy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const child = launch({ STRIPE_SIMULATOR_PORT: String(port) });
    const errors = child.stderr === null ? [] : await child.stderr.toArray();
    expect(await end(child)).toBe(1);
    expect(Buffer.concat(errors as Buffer[]).toString()).toContain(`Port ${port} is busy`);
    other.close();
  });

  test('tells every setting that it cannot use', async () => {
    const child = launch({
      STRIPE_SIMULATOR_PORT: '70000',
      STRIPE_SIMULATOR_IDEMPOTENCY_TTL_MS: 'soon',
      STRIPE_SIMULATOR_FAULTS: '[{"kind":"flood"}]',
    });
    const errors = child.stderr === null ? [] : await child.stderr.toArray();
    expect(await end(child)).toBe(1);
    const text = Buffer.concat(errors as Buffer[]).toString();
    for (const part of ['70000', 'soon', 'flood']) expect(text).toContain(part);
  });

  test('takes faults from its environment', async () => {
    const { stripe } = await start({ STRIPE_SIMULATOR_FAULTS: '[{"kind":"error_before","times":1}]' });
    expect((await refusal(stripe.balance.retrieve())).statusCode).toBe(500);
    expect((await stripe.balance.retrieve()).object).toBe('balance');
  });
});
