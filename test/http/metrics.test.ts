import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { type Installation, createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';

let installation: Installation;
let url: string;
let operatorKey: string;

beforeAll(async () => {
  installation = await createInstallation();
  const { credentials } = await installation.start();
  url = credentials.api_url;
  const secrets = await readFile(join(installation.dataDirectory, 'secrets.json'), 'utf8');
  operatorKey = (JSON.parse(secrets) as { operatorKey: string }).operatorKey;
  const merchant = createMerchantClient(credentials);
  const charge = (token: string) =>
    merchant.post(
      '/v1/charges',
      { amount: 1_999, currency: 'EUR', payment_token: token },
      { waitSeconds: 10 },
    );
  for (const token of ['pm_card_visa', 'pm_card_visa', 'pm_card_visa_chargeDeclinedInsufficientFunds'])
    expect((await charge(token)).status).toBe(201);
  expect((await fetch(`${url}/v1/charges`)).status).toBe(401);
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
}, 60_000);
afterAll(() => installation.remove());

const scrape = async (): Promise<string> =>
  (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${operatorKey}` } })).text();

test.each([
  [
    'requests by route and status',
    'fincore_http_requests_total{method="POST",route="/v1/charges",status="201"} 3',
  ],
  ['refused requests', 'fincore_http_requests_total{method="GET",route="/v1/charges",status="401"} 1'],
  ['requests of no route', 'fincore_http_requests_total{method="GET",route="none",status="404"} 1'],
  [
    'how long requests take',
    'fincore_http_request_duration_seconds_count{method="POST",route="/v1/charges"} 3',
  ],
  ['accepted charges', 'fincore_charges_total{outcome="accepted",decline_code=""} 3'],
  ['captured charges', 'fincore_charges_total{outcome="captured",decline_code=""} 2'],
  [
    'failed charges by their reason',
    'fincore_charges_total{outcome="failed",decline_code="insufficient_funds"} 1',
  ],
  [
    'requests to the provider that went well',
    'fincore_provider_request_duration_seconds_count{provider="stripe",operation="authorize",outcome="authorized"} 2',
  ],
  [
    'requests to the provider that were declined',
    'fincore_provider_request_duration_seconds_count{provider="stripe",operation="authorize",outcome="failed"} 1',
  ],
  ['the breaker', 'fincore_provider_breaker{provider="stripe",state="closed"} 1'],
  ['an open breaker', 'fincore_provider_breaker{provider="stripe",state="open"} 0'],
  ['unknown charges', 'fincore_charges_unknown 0'],
  ['their age', 'fincore_charges_unknown_oldest_seconds 0'],
])('tells of %s', async (_what, line) => {
  await eventually(async () => {
    expect((await scrape()).split('\n')).toContain(line);
  });
});

test('each metric of FinCore is on the page of metrics, and the page names no other', async () => {
  const page = await readFile(join(process.cwd(), 'docs/reference/metrics.md'), 'utf8');
  const named = [...page.matchAll(/^\| `(fincore_\w+)`/gm)].map(([, name]) => name);
  const told = [...(await scrape()).matchAll(/^# TYPE (fincore_\w+)/gm)].map(([, name]) => name ?? '');
  const ofNode = /^fincore_(process|nodejs)_/;
  // Absent in some installations and at some times, as the page says.
  const isAbsentAtFirst = /^fincore_(verification_(?!rounds)|jobs_oldest)/;
  expect(told.filter((name) => !ofNode.test(name) && !named.includes(name))).toEqual([]);
  expect(named.filter((name = '') => !told.includes(name) && !isAbsentAtFirst.test(name))).toEqual([]);
});
