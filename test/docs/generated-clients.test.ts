import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiDocument } from '../../src/compose/api-document';
import { type Shop, type System, startSystem } from '../http/api/memory-system';

const run = promisify(execFile);
const project = join(__dirname, '..', '..');
const packages = join(project, 'node_modules');

/** In the project, so that what is generated finds the packages that it imports. */
let folder: string;
let system: System;
let shop: Shop;
beforeAll(async () => {
  await mkdir(join(packages, '.cache'), { recursive: true });
  folder = await mkdtemp(join(packages, '.cache', 'generated-clients-'));
  await writeFile(join(folder, 'openapi.json'), await apiDocument());
  system = await startSystem();
  shop = await system.openShop('Generated clients');
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What each client does, in the words of its generator: charge, refund, list, filter. It prints what it got. */
const clients = [
  {
    name: 'openapi-ts',
    generate: [
      join('@hey-api', 'openapi-ts', 'bin', 'run.js'),
      ...['--input', 'openapi.json', '--output', 'openapi-ts', '--client', '@hey-api/client-fetch'],
    ],
    program: `
      import { createClient } from './openapi-ts/client';
      import { createCharge, requestRefund, listCharges, listRefunds } from './openapi-ts';
      const { BASE_URL = '', KEY = '' } = process.env;
      const client = createClient({ baseUrl: BASE_URL, auth: () => KEY });
      const idempotent = (key: string) => ({ client, headers: { 'Idempotency-Key': key } });
      export const use = async () => {
        const charge = await createCharge({
          ...idempotent('openapi-ts'),
          body: { amount: 1999, currency: 'EUR', payment_token: 'pm_card_visa', metadata: { order: 'openapi-ts' } },
        });
        const filter = {
          'created[gte]': '2026-01-01T00:00:00Z',
          'amount[lte]': 1999,
          status: ['processing' as const, 'failed' as const],
          metadata: ['order:openapi-ts'],
        };
        const listed = await listCharges({ client, query: filter });
        const none = await listCharges({ client, query: { ...filter, 'amount[lte]': 1998 } });
        const refund = await requestRefund({
          ...idempotent('openapi-ts'),
          body: { charge: process.env.PAID ?? '', amount: 500 },
        });
        const refunds = await listRefunds({
          client,
          query: { charge: process.env.PAID ?? '', expand: ['data.charge'], 'created[gte]': '2026-01-01T00:00:00Z' },
        });
        const [shown] = refunds.data?.data ?? [];
        const chargeId: string | undefined = shown?.charge;
        return {
          charge: charge.data?.id,
          listed: listed.data?.data.map(({ id }) => id),
          none: none.data?.data,
          refund: refund.data?.status,
          refunds: [chargeId, shown?.charge_object?.id],
        };
      };`,
  },
  {
    name: 'openapi-typescript',
    generate: [
      join('openapi-typescript', 'bin', 'cli.js'),
      'openapi.json',
      '--output',
      'openapi-typescript.d.ts',
    ],
    program: `
      import createClient from 'openapi-fetch';
      import type { paths } from './openapi-typescript';
      const { BASE_URL = '', KEY = '' } = process.env;
      const client = createClient<paths>({ baseUrl: BASE_URL, headers: { Authorization: \`Bearer \${KEY}\` } });
      export const use = async () => {
        const header = { 'Idempotency-Key': 'openapi-typescript' };
        const charge = await client.POST('/v1/charges', {
          params: { header },
          body: {
            amount: 1999,
            currency: 'EUR',
            payment_token: 'pm_card_visa',
            metadata: { order: 'openapi-typescript' },
          },
        });
        const query = {
          'created[gte]': '2026-01-01T00:00:00Z',
          'amount[lte]': 1999,
          status: ['processing' as const, 'failed' as const],
          metadata: ['order:openapi-typescript'],
        };
        const listed = await client.GET('/v1/charges', { params: { query } });
        const none = await client.GET('/v1/charges', { params: { query: { ...query, 'amount[lte]': 1998 } } });
        const PAID = process.env.PAID ?? '';
        const refund = await client.POST('/v1/refunds', {
          params: { header },
          body: { charge: PAID, amount: 500 },
        });
        const refunds = await client.GET('/v1/refunds', {
          params: { query: { charge: PAID, expand: ['data.charge'], 'created[gte]': '2026-01-01T00:00:00Z' } },
        });
        const [shown] = refunds.data?.data ?? [];
        const chargeId: string | undefined = shown?.charge;
        return {
          charge: charge.data?.id,
          listed: listed.data?.data.map(({ id }) => id),
          none: none.data?.data,
          refund: refund.data?.status,
          refunds: [chargeId, shown?.charge_object?.id],
        };
      };`,
  },
] as const;

test.each(clients)(
  'a client by $name compiles, and charges, refunds, lists and filters',
  async ({ name, generate: [generator, ...words], program }) => {
    await run(process.execPath, [join(packages, generator), ...words], { cwd: folder });
    await writeFile(join(folder, `use-${name}.ts`), program);
    await writeFile(join(folder, `run-${name}.ts`), runner(name));
    await compile(name);
    await run(join(packages, '.bin', 'esbuild'), bundling(name), { cwd: folder });
    const paid = await paidCharge();
    const { stdout } = await run(process.execPath, [`run-${name}.js`], {
      cwd: folder,
      env: { ...process.env, BASE_URL: system.baseUrl, KEY: shop.secretKey, PAID: paid },
    });
    const got = JSON.parse(stdout) as { charge: string };
    expect(got).toEqual({
      charge: expect.stringMatching(/^ch_/) as string,
      listed: [got.charge],
      none: [],
      refund: 'pending',
      refunds: [paid, paid],
    });
  },
  120_000,
);

const runner = (name: string): string =>
  `import { use } from './use-${name}';
use().then((got) => console.log(JSON.stringify(got)));`;

const bundling = (name: string): readonly string[] => [
  `run-${name}.ts`,
  ...['--bundle', '--platform=node', `--outfile=run-${name}.js`],
];

async function paidCharge(): Promise<string> {
  const body = { amount: 1000, currency: 'EUR', payment_token: 'pm_card_visa' };
  const made = await system.as(shop.secretKey).post('/v1/charges', body);
  const id = String(made.body['id']);
  await system.report(shop.tenant, id, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: `pi_${id}`, captured: true, capturedMinor: 1000n },
  });
  return id;
}

/** As strictly as a merchant's project does. */
const compile = (name: string) =>
  run(
    process.execPath,
    [
      join(packages, 'typescript', 'bin', 'tsc'),
      ...['--noEmit', '--strict', '--skipLibCheck', '--types', 'node'],
      ...['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'],
      ...['--ignoreConfig', `use-${name}.ts`],
    ],
    { cwd: folder },
  ).catch((error: unknown) => {
    const { stdout } = error as { stdout: string };
    throw new Error(`the generated client does not compile:\n${stdout}`);
  });
