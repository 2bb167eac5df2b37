import Stripe from 'stripe';
import { createStripeGateway } from '../../../src/adapters/psp/stripe/gateway';
import { acceptNotice } from '../../../src/compose/accept-notice';
import type { Metrics } from '../../../src/core/ports';
import { type Answer, charge } from '../api/client';
import { type Shop, type System, startSystem } from '../api/memory-system';

const path = '/v1/psp/stripe/webhooks';
const current = 'whsec_current';
const replaced = 'whsec_replaced';
const { webhooks } = new Stripe('sk_test_notices');

let system: System;
let shop: Shop;
let chargeId: string;
let secrets: readonly string[];
let foreignCount = 0;
const counts: Metrics = {
  record: (name) => {
    if (name === 'PspNoticesForeign') foreignCount += 1;
  },
};
const foreign = () => foreignCount;

beforeAll(async () => {
  const gateway = createStripeGateway({
    secretKey: 'sk_test_notices',
    installation: 'inst_1',
    webhookSecrets: () => secrets,
    returnUrl: 'https://pay.example/',
    timeoutMs: 1_000,
    maxConnections: 1,
  });
  system = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      receiveNotice: (inbound) => acceptNotice(gateway, system.records, Date.now, counts)(inbound),
    }),
  });
  shop = await system.openShop();
  chargeId = String((await system.as(shop.secretKey).post('/v1/charges', charge())).body['id']);
});
beforeEach(() => (secrets = [current]));
afterAll(() => system.stop());

const eventOf = (id: string): string =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    data: {
      object: { id: 'pi_1', metadata: { charge_id: chargeId, tenant: shop.tenant, installation: 'inst_1' } },
    },
  });

function signatureOf(
  payload: string,
  change: { readonly ageSeconds?: number; readonly secret?: string } = {},
) {
  const timestamp = Math.floor(Date.now() / 1_000) - (change.ageSeconds ?? 0);
  return webhooks.generateTestHeaderString({ payload, secret: change.secret ?? current, timestamp });
}
const deliver = (body: string | Buffer, signature: string): Promise<Answer> =>
  system.anonymous.call('POST', path, { body, key: null, headers: { 'stripe-signature': signature } });

async function expectRefused(body: string | Buffer, signature: string, code: string): Promise<void> {
  const head = await system.records.head();
  const answer = await deliver(body, signature);
  expect([answer.status, answer.body['code']]).toEqual([400, code]);
  expect(await system.records.head()).toBe(head);
}

test('a stale notice and one from the future are 400, and leave no event', async () => {
  const body = eventOf('evt_time');
  for (const ageSeconds of [302, -302])
    await expectRefused(body, signatureOf(body, { ageSeconds }), 'timestamp_outside_tolerance');
});

test('a notice with one altered byte is 400, and leaves no event', async () => {
  const body = eventOf('evt_altered');
  const signature = signatureOf(body);
  await expectRefused(body.replace('succeeded', 'succeedeD'), signature, 'signature_invalid');
  await expectRefused(`${body}\n`, signature, 'signature_invalid');
  const altered = signature.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  await expectRefused(body, altered, 'signature_invalid');
});

test('a notice that was read and written again, equal as JSON, is 400, and leaves no event', async () => {
  const body = eventOf('evt_rewritten');
  const rewritten = JSON.stringify(JSON.parse(body), null, 1);
  expect(JSON.parse(rewritten)).toEqual(JSON.parse(body));
  await expectRefused(rewritten, signatureOf(body), 'signature_invalid');
});

test('during a rotation both secrets are good; afterwards a notice under the old one is 400, and leaves no event', async () => {
  secrets = [current, replaced];
  const during = eventOf('evt_rotation');
  expect((await deliver(during, signatureOf(during, { secret: replaced }))).status).toBe(200);
  secrets = [current];
  const after = eventOf('evt_after_rotation');
  await expectRefused(after, signatureOf(after, { secret: replaced }), 'signature_invalid');
});

test('a notice without a signature is 400, and leaves no event', async () => {
  const head = await system.records.head();
  const answer = await system.anonymous.post(path, eventOf('evt_unsigned'), { key: null });
  expect([answer.status, answer.body['code']]).toEqual([400, 'signature_missing']);
  expect(await system.records.head()).toBe(head);
});

test('a valid notice is stored once; its replay is 200 without effect', async () => {
  const body = eventOf('evt_valid');
  const head = await system.records.head();
  const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(body, signatureOf(body))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await deliver(body, signatureOf(body))).status).toBe(200);
  expect(await system.records.head()).toBe(head + 1);
  const [stored] = await system.records.read(head, 1);
  expect(stored).toMatchObject({
    type: 'PspNoticeReceived',
    tenant: shop.tenant,
    data: { eventId: 'evt_valid' },
  });
});

test.each([
  ['half a character', 'evt_\\ud800'],
  ['NUL', 'evt_\\u0000'],
  ['10,000 characters', `evt_${'x'.repeat(10_000)}`],
  ['a path', '../../evt'],
  ['a card number', 'evt_4242424242424242'],
])('a validly signed notice whose id is or holds %s is 400, and leaves no event', async (_what, id) => {
  for (const type of ['payment_intent.succeeded', 'customer.created']) {
    const body = eventOf('evt_odd').replace('evt_odd', id).replace('payment_intent.succeeded', type);
    await expectRefused(body, signatureOf(body), 'notice_malformed');
  }
});

test.each([
  ['of another installation', { installation: 'inst_2' }, {}],
  ['without an installation', { installation: undefined }, {}],
  ['of a connected account', {}, { account: 'acct_other' }],
  ['of the other side of the business', {}, { livemode: true }],
])('a notice %s is answered, left alone and counted', async (_what, metadata, event) => {
  const known = JSON.parse(eventOf('evt_foreign')) as {
    readonly data: { readonly object: { readonly metadata: object } };
  };
  const { object } = known.data;
  const body = JSON.stringify({
    ...known,
    ...event,
    data: { object: { ...object, metadata: { ...object.metadata, ...metadata } } },
  });
  const head = await system.records.head();
  const counted = foreign();
  expect((await deliver(body, signatureOf(body))).status).toBe(200);
  expect(await system.records.head()).toBe(head);
  expect(foreign()).toBe(counted + 1);
});
