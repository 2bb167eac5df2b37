import { present } from '../support/present';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually';
import { type Installation, createInstallation } from '../support/fincore-process';
import { type MerchantClient, createMerchantClient } from '../support/merchant-client';
import { type Receiver, startReceiver } from '../support/webhooks/receiver';

let installation: Installation;
let merchant: MerchantClient;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  installation = await createInstallation({ FINCORE_WEBHOOK_PRIVATE_TARGETS: 'allow' });
  merchant = createMerchantClient((await installation.start()).credentials);
}, 90_000);
afterAll(async () => {
  await installation.remove();
  await receiver.stop();
});

test('an endpoint is told of a charge within moments, by a request that the official package verifies', async () => {
  const made = await merchant.post('/v1/webhook_endpoints', { url: `${receiver.url}/hooks` });
  expect(made.status).toBe(201);
  const charge = await merchant.post(
    '/v1/charges',
    { amount: 1_999, currency: 'EUR', payment_token: 'pm_card_visa' },
    { waitSeconds: 10 },
  );
  expect(charge.body['status']).toBe('succeeded');
  await eventually(() => {
    expect(receiver.received).toHaveLength(1);
    return Promise.resolve();
  });
  const { headers, body } = present(receiver.received[0]);
  const verified = new Webhook(String(made.body['secret'])).verify(body, { ...headers });
  // The object is the one that its route shows.
  const { body: shown } = await merchant.get(`/v1/charges/${String(charge.body['id'])}`);
  expect(verified).toMatchObject({ type: 'charge.succeeded', data: shown });
  const event = await merchant.get(`/v1/events/${String(headers['webhook-id'])}`);
  expect(event.body).toMatchObject({ type: 'charge.succeeded', data: shown });

  await eventually(async () => {
    const { body: list } = await merchant.get(
      `/v1/webhook_deliveries?event=${String(headers['webhook-id'])}&status=succeeded`,
    );
    expect(list['data']).toMatchObject([{ attempt_count: 1, last_attempt: { status_code: 200 } }]);
  });
  const [delivery] = (await merchant.get('/v1/webhook_deliveries')).body['data'] as { id: string }[];
  const replayed = await merchant.post(`/v1/webhook_deliveries/${delivery?.id ?? ''}/replay`, {});
  expect(replayed.status).toBe(201);
  await eventually(() => {
    expect(receiver.received).toHaveLength(2);
    return Promise.resolve();
  });
  expect(receiver.received[1]?.headers['webhook-id']).toBe(headers['webhook-id']);
  expect(receiver.received[1]?.body).toBe(body);
}, 60_000);

test('a paused endpoint gets what happened meanwhile once it is resumed', async () => {
  const [endpoint] = (await merchant.get('/v1/webhook_endpoints')).body['data'] as { id: string }[];
  const path = `/v1/webhook_endpoints/${endpoint?.id ?? ''}`;
  await merchant.post(`${path}/pause`, {});
  const before = receiver.received.length;
  await merchant.post(
    '/v1/charges',
    { amount: 500, currency: 'EUR', payment_token: 'pm_card_visa' },
    { waitSeconds: 10 },
  );
  await eventually(async () => {
    const { body } = await merchant.get('/v1/webhook_deliveries?status=held');
    expect(body['data']).toHaveLength(1);
  });
  expect(receiver.received).toHaveLength(before);
  await merchant.post(`${path}/resume`, {});
  await eventually(() => {
    expect(receiver.received).toHaveLength(before + 1);
    return Promise.resolve();
  });
}, 60_000);

test('the books verify with events and endpoints in them', async () => {
  const { code, stdout } = await installation.command('verify');
  expect([code, stdout]).toEqual([0, expect.stringContaining('events')]);
}, 60_000);
