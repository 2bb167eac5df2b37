import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { seededRandom } from '../../simulators/stripe/faults/seeded-random';
import { Collection } from '../../simulators/stripe/store/collection';
import { HashIndex } from '../../simulators/stripe/store/hash-index';
import { decodeLine, encodePacked } from '../../simulators/stripe/store/record';
import { metadataKey, referencesBy } from '../../simulators/stripe/store/stored';
import { eventually } from '../support/eventually';
import { oneVisa, runSimulator, startReceiver, type Receiver } from './stripe-simulator-harness';

interface Item {
  readonly id: string;
  readonly created: number;
  readonly owner: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const newCollection = (looseLimit: number, keptSeconds?: number): Collection<Item> =>
  new Collection<Item>(referencesBy<Item>('owner'), {
    looseLimit,
    ...(keptSeconds === undefined ? {} : { keptSeconds }),
  });

/** The collection as a snapshot's lines bring it back. */
function restored(collection: Collection<Item>, looseLimit: number): Collection<Item> {
  const copy = newCollection(looseLimit);
  const { packed, loose } = collection.contents();
  for (const part of packed) {
    const entry = decodeLine(encodePacked({ accountId: 'acct_1', collection: 'charge', part }));
    if (entry.kind !== 'packed') throw new Error(`A packed part was read as ${entry.kind}.`);
    copy.load(entry.packed.part);
  }
  for (const item of loose) copy.put(item);
  return copy;
}

describe.each([0, 10, 500, 100_000])('a collection that keeps %i states as objects', (looseLimit) => {
  test.each([1, 2, 3])('is a list with the latest states in it (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pick = (limit: number): number => Math.floor(random() * limit);
    const model: Item[] = [];
    const collection = newCollection(looseLimit);
    const itemOf = (id: string, created: number): Item => ({
      id,
      created,
      owner: `cus_${pick(7)}`,
      metadata: { step: String(pick(50)), same: 'always' },
    });
    for (let step = 0; step < 2_500; step += 1) {
      const known = random() < 0.4 ? model[pick(model.length)] : undefined;
      const item = known === undefined ? itemOf(`it_${model.length}`, step) : itemOf(known.id, known.created);
      if (known === undefined) model.push(item);
      else model[model.indexOf(known)] = item;
      collection.put(item);
    }
    for (const candidate of [collection, restored(collection, looseLimit)]) {
      expect([...candidate]).toEqual(model);
      expect(candidate.size).toBe(model.length);
      expect(candidate.newest(30)).toEqual(model.slice(-30).reverse());
      for (const [index, item] of model.entries()) {
        if (index % 13 !== 0) continue;
        expect(candidate.get(item.id)).toEqual(item);
        expect(candidate.indexOf(item.id)).toBe(index);
        expect(candidate.at(index)).toEqual(item);
      }
      expect(candidate.get('it_none')).toBeUndefined();
      expect(candidate.at(model.length)).toBeUndefined();
      for (const owner of ['cus_0', 'cus_6'])
        expect(candidate.referring(owner).filter((item) => item.owner === owner)).toEqual(
          model.filter((item) => item.owner === owner),
        );
      const found = candidate.referring(metadataKey('step', '7'));
      expect(found.filter(({ metadata }) => metadata['step'] === '7')).toEqual(
        model.filter(({ metadata }) => metadata['step'] === '7'),
      );
      expect(candidate.referring(metadataKey('same', 'always'))).toEqual(model);
    }
  });
});

test('states that are older than they are kept are forgotten, unless they have changed since', () => {
  const collection = newCollection(0, 100);
  const item = (number: number): Item => ({
    id: `it_${number}`,
    created: number,
    owner: 'cus_1',
    metadata: {},
  });
  for (let number = 0; number < 256; number += 1) collection.put(item(number));
  expect(collection.get('it_0')).toBeUndefined();
  expect(collection.get('it_200')).toBeDefined();
  const changed = { ...item(130), owner: 'cus_2' };
  collection.put(changed);
  for (let number = 256; number < 1_024; number += 1) collection.put(item(number));
  expect(collection.get('it_130')).toEqual(changed);
  expect(collection.get('it_1000')).toEqual(item(1_000));
  const copy = restored(collection, 0);
  expect([...copy]).toEqual([...collection]);
  expect(copy.indexOf('it_1000')).toBe(1_000);
});

test('an index finds every number of a key among very many', () => {
  const index = new HashIndex();
  for (let number = 0; number < 20_000; number += 1) {
    index.add(`key-${number}`, number);
    index.add('common', number);
  }
  for (let number = 0; number < 20_000; number += 997) expect(index.find(`key-${number}`)).toContain(number);
  expect(index.find('common')).toHaveLength(20_000);
  expect(index.find('unknown')).toEqual([]);
});

describe('a simulator that packs everything', () => {
  let dataDir: string;
  const receivers: Receiver[] = [];
  const limits = { looseLimit: 0, compactionBytes: 200_000 };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
    await rm(dataDir, { recursive: true, force: true });
  });

  const payMany = (stripe: Stripe, count: number, extra: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        stripe.paymentIntents.create(
          { ...oneVisa, metadata: { charge_id: `ch_${index}` }, ...extra },
          { idempotencyKey: `pay-${index}` },
        ),
      ),
    );

  test('refunds, captures and replays old payments as new ones, also after a restart', async () => {
    const first = await runSimulator({ dataDir, ...limits, refundSettlementDelayMs: 600_000 });
    const made = await payMany(first.stripe, 300, { capture_method: 'manual' });
    const [captured, refunded] = [made[0]?.id ?? '', made[1]?.id ?? ''];
    await first.stripe.paymentIntents.capture(captured, { amount_to_capture: 700 });
    await first.stripe.paymentIntents.capture(refunded);
    const refund = await first.stripe.refunds.create({ payment_intent: refunded });
    await payMany(first.client('sk_test_other'), 300);
    const pendingPayment = await first.stripe.paymentIntents.create({
      ...oneVisa,
      payment_method: 'pm_card_pendingRefund',
    });
    const pending = await first.stripe.refunds.create({ payment_intent: pendingPayment.id });
    const events = await first.stripe.events.list({ limit: 100 });
    const stats = (await first.control('GET', '/simulator/stats')).value;
    await first.stop();
    expect(await logText(dataDir)).toContain('"packed":"block"');

    const second = await runSimulator({ dataDir, ...limits });
    const { stripe } = second;
    expect(await stripe.paymentIntents.retrieve(captured)).toMatchObject({ amount_received: 700 });
    expect((await stripe.refunds.list({ payment_intent: refunded })).data).toMatchObject([{ id: refund.id }]);
    expect((await stripe.events.list({ limit: 100 })).data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(events.data.slice(0, 50).map(({ id }) => id)),
    );
    await eventually(async () =>
      expect((await stripe.refunds.retrieve(pending.id)).status).toBe('succeeded'),
    );
    const { requests: _before, ...figures } = stats as Record<string, unknown>;
    expect((await second.control('GET', '/simulator/stats')).value).toMatchObject(figures);
    // The first answer is replayed, although the payment has been captured since.
    const replayed = await stripe.paymentIntents.create(
      { ...oneVisa, capture_method: 'manual', metadata: { charge_id: 'ch_0' } },
      { idempotencyKey: 'pay-0' },
    );
    expect(replayed).toMatchObject({ id: captured, status: 'requires_capture', amount_received: 0 });
    expect(
      (await stripe.paymentIntents.search({ query: "metadata['charge_id']:'ch_5'" })).data,
    ).toMatchObject([{ id: made[5]?.id }]);
    await second.stop();
  });

  test('delivers after a restart what waited when the snapshot was taken, and nothing twice', async () => {
    const first = await runSimulator({ dataDir, ...limits, webhookRetryBaseMs: 600_000 });
    const endpoint = await first.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/webhooks',
      enabled_events: ['payment_intent.succeeded'],
    });
    const made = await payMany(first.stripe, 300);
    await first.stop();
    expect(await logText(dataDir)).toContain('"pending":[');

    const second = await runSimulator({ dataDir, ...limits });
    const receiver = await startReceiver({
      stripe: second.stripe,
      secret: () => endpoint.secret ?? '',
    });
    receivers.push(receiver);
    await second.stripe.webhookEndpoints.update(endpoint.id, { url: receiver.url });
    await eventually(() => expect(receiver.events).toHaveLength(made.length));
    const told = receiver.events.map(({ data }) => (data.object as Stripe.PaymentIntent).id);
    expect(new Set(told)).toEqual(new Set(made.map(({ id }) => id)));
    await eventually(async () =>
      expect((await second.control('GET', '/simulator/stats')).value).toMatchObject({ pending_webhooks: 0 }),
    );
    await second.stop();
    const third = await runSimulator({ dataDir, ...limits });
    expect((await third.control('GET', '/simulator/stats')).value).toMatchObject({ pending_webhooks: 0 });
    await third.stop();
  });

  test('an idempotency key is free again after its time', async () => {
    const simulator = await runSimulator({ dataDir, ...limits, idempotencyTtlMs: 0 });
    const [first] = await payMany(simulator.stripe, 1);
    await payMany(simulator.client('sk_test_other'), 1);
    const again = await eventually(async () => {
      const [later] = await payMany(simulator.stripe, 1);
      expect(later?.id).not.toBe(first?.id);
      return later;
    });
    expect(again?.status).toBe('succeeded');
    await simulator.stop();
  });
});

async function logText(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}
