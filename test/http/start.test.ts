import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Installation, createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';

/** What `npm start` runs. */
const program = join(process.cwd(), 'dist', 'local.js');

let installation: Installation;

beforeEach(async () => {
  installation = await createInstallation();
});

afterEach(() => installation.remove());

/** Starts the program where it must not come up, and hears why. */
async function refusedStart(change: Readonly<Record<string, string>>, words: readonly string[] = []) {
  const child: ChildProcess = spawn(process.execPath, [program, ...words], {
    env: { ...installation.environment, ...change },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

it('says what it has started, in words, and writes the same for its owner alone', async () => {
  const running = await installation.start({ FINCORE_LOG_LEVEL: 'info' });
  const { credentials } = running;
  const file = join(installation.dataDirectory, 'credentials.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(credentials);
  for (const word of [credentials.api_url, credentials.docs_url, credentials.simulator_url])
    expect(running.said()).toContain(word);
  for (const key of [credentials.secret_key, credentials.publishable_key])
    expect(running.said()).toContain(key);
  expect(running.said()).toContain('payment_token');
  expect(
    running
      .said()
      .split('\n')
      .filter((line) => line.startsWith('{')),
  ).toEqual([]);
  for (const page of [credentials.docs_url, credentials.simulator_url])
    expect((await fetch(page, { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
});

it('prints its keys at the first start only, and says later where they are', async () => {
  const first = await installation.start();
  const { credentials } = first;
  await first.stop();
  const again = await installation.start();
  for (const key of [credentials.secret_key, credentials.publishable_key])
    expect(again.said()).not.toContain(key);
  expect(again.said()).toContain(join(installation.dataDirectory, 'credentials.json'));
  expect(again.said()).toContain('Bearer $KEY');
});

it('finds its data and its keys when it is started again', async () => {
  const first = await installation.start();
  const made = await createMerchantClient(first.credentials).post(
    '/v1/charges',
    { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
    { waitSeconds: 10 },
  );
  expect(await first.stop()).toBe(0);
  expect(first.said()).toContain('FinCore has stopped.');
  const second = await installation.start();
  expect(second.credentials).toEqual(first.credentials);
  const found = await createMerchantClient(second.credentials).get(`/v1/charges/${String(made.body['id'])}`);
  expect(found.body).toEqual(made.body);
});

it('names every mistake of the configuration before it starts anything', async () => {
  const { code, stderr } = await refusedStart({
    FINCORE_PORT: 'http',
    FINCORE_PSP: 'bank',
    FINCORE_PROT: '1',
  });
  expect(code).toBe(1);
  expect(stderr).toContain('FINCORE_PORT is "http"; it must be a whole number from 0 to 65535.');
  expect(stderr).toContain('FINCORE_PSP is "bank"; it must be one of "stripe-simulator", "stripe".');
  expect(stderr).toContain('FINCORE_PROT is not a variable of FinCore; did you mean FINCORE_PORT?');
});

it('takes no arguments: it says what configures it, and makes nothing', async () => {
  const refused = await refusedStart({}, ['--port', '4000']);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('received "--port" "4000"');
  const help = await refusedStart({}, ['--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  for (const said of [refused.stderr, help.stdout]) {
    expect(said).toContain('FINCORE_PORT=4001 npm start');
    expect(said).toContain('docs/reference/configuration.md');
  }
  expect(await readdir(installation.dataDirectory)).toEqual([]);
});

it.each(['/proc/nope', '/proc', '/dev/null/nope'])(
  'names the data folder %s where nothing can be put into it',
  async (folder) => {
    const { code, stderr } = await refusedStart({ FINCORE_DATA_DIR: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(`The data folder ${folder} cannot be made or written`);
    expect(stderr).toContain('Set FINCORE_DATA_DIR');
    expect(stderr).not.toMatch(/^\s+at /m);
  },
);

it.each([
  ['FINCORE_PORT', 'Choose another one: FINCORE_PORT='],
  ['STRIPE_SIMULATOR_PORT', 'set STRIPE_SIMULATOR_PORT to another port'],
])('says how to choose another port when the one of %s is busy', async (variable, advice) => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  try {
    const address = occupant.address();
    if (typeof address !== 'object' || address === null) throw new Error('the occupant has a port');
    const { code, stderr } = await refusedStart({ [variable]: String(address.port) });
    expect(code).toBe(1);
    expect(stderr).toContain(String(address.port));
    expect(stderr).toContain(advice);
    expect(stderr).not.toMatch(/^\s+at /m);
  } finally {
    occupant.close();
  }
});
