import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { apiVersions, enabledEvents } from '../../simulators/stripe/webhooks/endpoint-values';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

/** Posts a form as it is written here, past the client's own types. */
async function post(
  path: string,
  form: string,
): Promise<{ readonly status: number; readonly value: unknown }> {
  const response = await fetch(`${simulator.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { authorization: 'Bearer sk_test_merchant' },
    signal: AbortSignal.timeout(5_000),
  });
  return { status: response.status, value: await response.json() };
}

const messageOf = (value: unknown): string => (value as { error: { message: string } }).error.message;

describe('webhook endpoints', () => {
  const url = 'url=http://127.0.0.1:9/hooks';

  test.each([
    ['an event that does not exist', `${url}&enabled_events[]=foo.bar`, 'enabled_events[0]', 'foo.bar'],
    [
      'another behind one that does',
      `${url}&enabled_events[]=*&enabled_events[]=charge.*`,
      'enabled_events[1]',
      'charge.*',
    ],
    [
      'an event in upper case',
      `${url}&enabled_events[0]=CHARGE.SUCCEEDED`,
      'enabled_events[0]',
      'CHARGE.SUCCEEDED',
    ],
    ['no events', url, 'enabled_events', 'enabled_events'],
    ['events that are no list', `${url}&enabled_events[a]=charge.failed`, 'enabled_events', 'Invalid array'],
    [
      'an API version that was never released',
      `${url}&enabled_events[]=*&api_version=2026-01-01`,
      'api_version',
      '2026-01-01',
    ],
    ['a URL of another kind', 'url=ftp://example.com&enabled_events[]=*', 'url', 'ftp://example.com'],
  ])('%s is refused', async (_what, form, param, received) => {
    const { status, value } = await post('/v1/webhook_endpoints', form);
    expect(status).toBe(400);
    expect(value).toMatchObject({ error: { type: 'invalid_request_error', param } });
    expect(messageOf(value)).toContain(received);
  });

  test('an update is held to the same', async () => {
    const { id } = await stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/',
      enabled_events: ['*'],
    });
    const { status } = await post(`/v1/webhook_endpoints/${id}`, 'enabled_events[]=foo.bar');
    expect(status).toBe(400);
    expect((await stripe.webhookEndpoints.retrieve(id)).enabled_events).toEqual(['*']);
  });

  test('the events and versions are those that the official client knows', () => {
    const types = readFileSync('node_modules/stripe/cjs/resources/WebhookEndpoints.d.ts', 'utf8');
    const unionOf = (name: string): readonly string[] => {
      const union = new RegExp(`type ${name} = ([^;]+);`).exec(types)?.[1] ?? '';
      return [...union.matchAll(/'([^']+)'/g)].flatMap(([, value]) => value ?? []);
    };
    expect([...enabledEvents].sort()).toEqual([...unionOf('EnabledEvent')].sort());
    expect([...apiVersions].sort()).toEqual([...unionOf('ApiVersion')].sort());
  });
});

describe('metadata', () => {
  test('takes numbers as names', async () => {
    const form = 'metadata[0]=first&metadata[12]=twelfth&metadata[order]=7';
    const { status, value } = await post('/v1/customers', form);
    expect(status).toBe(200);
    expect(value).toMatchObject({ metadata: { '0': 'first', '12': 'twelfth', order: '7' } });
    const { id } = value as { id: string };
    expect((await post(`/v1/customers/${id}`, 'metadata[0]=')).value).toMatchObject({
      metadata: { '12': 'twelfth', order: '7' },
    });
    const found = await stripe.customers.search({ query: "metadata['12']:'twelfth'" });
    expect(found.data.map((customer) => customer.id)).toEqual([id]);
  });

  test.each([
    ['a list', 'metadata[]=x'],
    ['a value that nests', 'metadata[a][b]=x'],
    ['a text', 'metadata=x'],
  ])('%s is refused', async (_what, form) => {
    expect((await post('/v1/customers', form)).status).toBe(400);
  });
});

describe('values that Stripe refuses', () => {
  test.each([
    ['receipt_email', { receipt_email: 'nobody' }, 'email_invalid'],
    ['return_url', { return_url: 'not a url' }, 'url_invalid'],
  ] as const)('%s', async (param, extra, code) => {
    const error = await refusal(stripe.paymentIntents.create({ ...oneVisa, ...extra }));
    expect(error).toMatchObject({ statusCode: 400, code, param });
  });

  test("a payer's e-mail address, with its place", async () => {
    const { status, value } = await post(
      '/v1/payment_methods',
      'type=card&card[token]=tok_visa&billing_details[email]=nobody',
    );
    expect(status).toBe(400);
    expect(value).toMatchObject({ error: { code: 'email_invalid', param: 'billing_details[email]' } });
  });

  test.each(['uſd', '\u212Aes', 'usd ', 'ＵＳＤ'])('the currency %s', async (currency) => {
    const error = await refusal(stripe.paymentIntents.create({ ...oneVisa, currency }));
    expect(error).toMatchObject({ statusCode: 400, param: 'currency' });
  });
});

describe('amounts', () => {
  test.each([
    ['usd', 99_999_999, 100_000_000],
    ['jpy', 99_999_999, 100_000_000],
    ['xcg', 99_999_999, 100_000_000],
    ['idr', 999_999_999_999, 1_000_000_000_000],
  ])('%s takes %d and refuses %d', async (currency, most, tooMuch) => {
    const made = await stripe.paymentIntents.create({ ...oneVisa, currency, amount: most });
    expect(made).toMatchObject({ status: 'succeeded', amount_received: most, currency });
    expect(
      await refusal(stripe.paymentIntents.create({ ...oneVisa, currency, amount: tooMuch })),
    ).toMatchObject({
      statusCode: 400,
      code: 'amount_too_large',
    });
  });
});
