import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { eventually } from '../support/eventually';
import {
  oneVisa,
  refusal,
  runSimulator,
  startReceiver,
  type Receiver,
  type RunningSimulator,
} from './stripe-simulator-harness';

let simulator: RunningSimulator;
const receivers: Receiver[] = [];

beforeAll(async () => {
  simulator = await runSimulator();
});
afterEach(async () => {
  await simulator.control('DELETE', '/simulator/faults');
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});
afterAll(() => simulator.stop());

interface Subscription {
  readonly account: Stripe;
  readonly endpoint: Stripe.WebhookEndpoint;
  readonly receiver: Receiver;
}

let subscriptions = 0;

/** A fresh account with one endpoint and its receiver. */
async function subscribe(
  types: readonly string[],
  {
    host = simulator,
    statusFor = () => 200,
  }: { readonly host?: RunningSimulator; readonly statusFor?: (request: number) => number } = {},
): Promise<Subscription> {
  subscriptions += 1;
  const account = host.client(`sk_test_subscriber${subscriptions}`);
  let secret = '';
  const receiver = await startReceiver({ stripe: account, secret: () => secret, statusFor });
  receivers.push(receiver);
  const endpoint = await account.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: [...types] as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
  });
  secret = endpoint.secret ?? '';
  return { account, endpoint, receiver };
}

const typesOf = (receiver: Receiver): readonly string[] => receiver.events.map(({ type }) => type).sort();

test('the API version is the one that the official client pins', async () => {
  const { account, receiver } = await subscribe(['payment_intent.succeeded']);
  await account.paymentIntents.create(oneVisa);
  await eventually(() => expect(receiver.events).toHaveLength(1));
  expect(receiver.events[0]?.api_version).toBe(Stripe.API_VERSION);
});

test('a payment tells its story, signed, with the object as it was', async () => {
  const { account, receiver } = await subscribe(['*']);
  const intent = await account.paymentIntents.create(
    { ...oneVisa, metadata: { order: '5' } },
    { idempotencyKey: 'story' },
  );
  await eventually(() =>
    expect(typesOf(receiver)).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]),
  );
  const byType = new Map(receiver.events.map((event) => [event.type as string, event]));
  expect(byType.get('payment_intent.created')?.data.object).toMatchObject({
    id: intent.id,
    status: 'requires_confirmation',
  });
  expect(byType.get('payment_intent.succeeded')).toMatchObject({
    object: 'event',
    data: { object: { id: intent.id, status: 'succeeded', metadata: { order: '5' } } },
    request: { idempotency_key: 'story' },
    livemode: false,
    pending_webhooks: 1,
  });
  const listed = await account.events.list({ type: 'payment_intent.*' });
  expect(listed.data.map(({ type }) => type)).toEqual(['payment_intent.succeeded', 'payment_intent.created']);
  const some = await account.events.list({ types: ['charge.succeeded', 'charge.failed'] });
  expect(some.data.map(({ type }) => type)).toEqual(['charge.succeeded']);
  const retrieved = await account.events.retrieve(some.data[0]?.id ?? '');
  expect(retrieved.data.object).toMatchObject({ object: 'charge', payment_intent: intent.id });
});

test('each step of a payment has its events', async () => {
  const { account, receiver } = await subscribe(['*']);
  await refusal(account.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_chargeDeclined' }));
  const held = await account.paymentIntents.create({ ...oneVisa, capture_method: 'manual' });
  await account.paymentIntents.capture(held.id);
  await account.refunds.create({ payment_intent: held.id });
  const waiting = await account.paymentIntents.create({
    ...oneVisa,
    payment_method: 'pm_card_threeDSecure2Required',
  });
  await account.paymentIntents.cancel(waiting.id);
  await account.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_createDispute' });
  await eventually(() =>
    expect(new Set(typesOf(receiver))).toEqual(
      new Set([
        'charge.captured',
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.failed',
        'charge.refunded',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'payment_intent.canceled',
        'payment_intent.created',
        'payment_intent.payment_failed',
        'payment_intent.requires_action',
        'payment_intent.succeeded',
        'refund.created',
      ]),
    ),
  );
});

test('an endpoint gets only what it asked for, and nothing once it is disabled or deleted', async () => {
  const { account, endpoint, receiver } = await subscribe(['refund.created']);
  const intent = await account.paymentIntents.create(oneVisa);
  await account.refunds.create({ payment_intent: intent.id, amount: 100 });
  await eventually(() => expect(typesOf(receiver)).toEqual(['refund.created']));
  expect((await account.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
  await account.webhookEndpoints.update(endpoint.id, { disabled: true });
  await account.refunds.create({ payment_intent: intent.id, amount: 100 });
  expect(await account.webhookEndpoints.del(endpoint.id)).toMatchObject({ id: endpoint.id, deleted: true });
  await account.refunds.create({ payment_intent: intent.id, amount: 100 });
  expect((await account.webhookEndpoints.list()).data).toEqual([]);
  expect(await refusal(account.webhookEndpoints.retrieve(endpoint.id))).toMatchObject({ statusCode: 404 });
  // Another subscription's event, made later, arrives; the disabled endpoint still has its one.
  const other = await subscribe(['payment_intent.succeeded']);
  await other.account.paymentIntents.create(oneVisa);
  await eventually(() => expect(other.receiver.events).toHaveLength(1));
  expect(receiver.arrivals()).toBe(1);
});

test('a receiver that fails is tried again until it takes the event', async () => {
  const { account, receiver } = await subscribe(['payment_intent.succeeded'], {
    statusFor: (request) => (request < 4 ? 500 : 200),
  });
  await account.paymentIntents.create(oneVisa);
  await eventually(() => expect(receiver.events).toHaveLength(1));
  expect(receiver.arrivals()).toBe(4);
});

test('a storm is delivered whole', async () => {
  const { account, receiver } = await subscribe(['payment_intent.succeeded']);
  const intents = await Promise.all(
    Array.from({ length: 200 }, () => account.paymentIntents.create(oneVisa)),
  );
  await eventually(() => expect(receiver.events).toHaveLength(200));
  const told = receiver.events.map(({ data }) => (data.object as Stripe.PaymentIntent).id);
  expect(new Set(told)).toEqual(new Set(intents.map(({ id }) => id)));
});

test('what was not delivered survives a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  try {
    // Long enough that nothing is tried twice before the restart.
    const first = await runSimulator({ dataDir, webhookRetryBaseMs: 600_000 });
    const { account, receiver } = await subscribe(['payment_intent.succeeded'], {
      host: first,
      statusFor: (request) => (request === 1 ? 503 : 200),
    });
    const intent = await account.paymentIntents.create(oneVisa);
    await eventually(() => expect(receiver.arrivals()).toBe(1));
    await first.stop();
    const second = await runSimulator({ dataDir });
    await eventually(() =>
      expect(receiver.events.map(({ data }) => data.object)).toMatchObject([{ id: intent.id }]),
    );
    // Taken means taken: a further restart sends nothing.
    await eventually(async () =>
      expect((await second.control('GET', '/simulator/stats')).value).toMatchObject({ pending_webhooks: 0 }),
    );
    await second.stop();
    const third = await runSimulator({ dataDir });
    expect((await third.control('GET', '/simulator/stats')).value).toMatchObject({ pending_webhooks: 0 });
    await third.stop();
    expect(receiver.events).toHaveLength(1);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('an endpoint that is kept over a restart, found by its URL and moved, gets what waited for it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  const first = await runSimulator({ dataDir, webhookRetryBaseMs: 600_000 });
  try {
    const key = 'sk_test_keeper';
    const before = first.client(key);
    const down = 'http://127.0.0.1:9/webhooks';
    const made = await before.webhookEndpoints.create({
      url: down,
      enabled_events: ['payment_intent.succeeded'],
      metadata: { installation: 'one' },
    });
    const intent = await before.paymentIntents.create(oneVisa);
    await first.stop();

    const second = await runSimulator({ dataDir });
    const after = second.client(key);
    const found = (await after.webhookEndpoints.list({ limit: 100 })).data.filter(({ url }) => url === down);
    expect(found).toMatchObject([{ id: made.id, status: 'enabled', metadata: { installation: 'one' } }]);
    expect(found[0]?.secret).toBeUndefined();
    const receiver = await startReceiver({ stripe: after, secret: () => made.secret ?? '' });
    receivers.push(receiver);
    const moved = await after.webhookEndpoints.update(made.id, {
      url: receiver.url,
      enabled_events: ['payment_intent.succeeded', 'refund.created'],
      description: 'moved',
    });
    expect(moved).toMatchObject({ id: made.id, url: receiver.url, description: 'moved' });
    expect(moved.secret).toBeUndefined();
    await eventually(() =>
      expect(receiver.events.map(({ data }) => data.object)).toMatchObject([{ id: intent.id }]),
    );
    await after.refunds.create({ payment_intent: intent.id });
    await eventually(() => expect(typesOf(receiver)).toEqual(['payment_intent.succeeded', 'refund.created']));
    await second.stop();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

describe('faults', () => {
  const succeeded = { type: 'payment_intent.succeeded' };

  test('duplicates arrive as many times as asked, under one id', async () => {
    const { account, receiver } = await subscribe([succeeded.type]);
    await simulator.control('POST', '/simulator/faults', {
      kind: 'webhook_duplicate',
      copies: 5,
      match: succeeded,
    });
    await account.paymentIntents.create(oneVisa);
    await eventually(() => expect(receiver.events).toHaveLength(5));
    expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(1);
  });

  test('lost events never arrive, others do', async () => {
    const { account, receiver } = await subscribe([succeeded.type]);
    await simulator.control('POST', '/simulator/faults', {
      kind: 'webhook_loss',
      times: 1,
      match: succeeded,
    });
    const lost = await account.paymentIntents.create(oneVisa);
    const kept = await account.paymentIntents.create(oneVisa);
    await eventually(() => expect(receiver.events).toHaveLength(1));
    expect(receiver.events[0]?.data.object).toMatchObject({ id: kept.id });
    expect(
      (await account.events.list({ type: succeeded.type })).data.map(
        ({ data }) => (data.object as { id?: string }).id,
      ),
    ).toContain(lost.id);
    expect((await simulator.control('GET', '/simulator/faults')).value).toMatchObject({
      data: [{ kind: 'webhook_loss', fired: 1 }],
    });
  });

  test('an altered signature is rejected, and the retry is right', async () => {
    const { account, receiver } = await subscribe([succeeded.type]);
    await simulator.control('POST', '/simulator/faults', { kind: 'webhook_bad_signature', match: succeeded });
    await account.paymentIntents.create(oneVisa);
    await eventually(() => expect(receiver.events).toHaveLength(1));
    expect(receiver.rejected()).toBe(1);
  });

  test('delayed events are overtaken', async () => {
    const { account, receiver } = await subscribe(['charge.succeeded', succeeded.type]);
    await simulator.control('POST', '/simulator/faults', {
      kind: 'webhook_delay',
      delay_ms: 150,
      match: { type: 'charge.succeeded' },
    });
    await account.paymentIntents.create(oneVisa);
    await eventually(() => expect(receiver.events).toHaveLength(2));
    expect(receiver.events.map(({ type }) => type)).toEqual([succeeded.type, 'charge.succeeded']);
  });

  test('reordered events arrive in another order, all of them', async () => {
    const { account, receiver } = await subscribe([succeeded.type]);
    await simulator.control('POST', '/simulator/faults', {
      kind: 'webhook_reorder',
      window_ms: 300,
      seed: 7,
    });
    const made: string[] = [];
    for (let index = 0; index < 12; index += 1) made.push((await account.paymentIntents.create(oneVisa)).id);
    await eventually(() => expect(receiver.events).toHaveLength(12));
    const told = receiver.events.map(({ data }) => (data.object as Stripe.PaymentIntent).id);
    expect(new Set(told)).toEqual(new Set(made));
    expect(told).not.toEqual(made);
  });
});
