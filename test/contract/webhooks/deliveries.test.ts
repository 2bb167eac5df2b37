import { present } from '../../support/present';
import { createMemoryDeliveries } from '../../../src/adapters/memory/deliveries';
import { createIds } from '../../../src/adapters/embedded/ids';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { createDeliveryStore } from '../../../src/adapters/postgres/webhooks/delivery-store';
import { webhooksStore } from '../../../src/adapters/postgres/webhooks/webhooks-store';
import { newId, tenantOf } from '../../../src/core/kernel';
import type { DeliveryStore, DeliveryTerms } from '../../../src/core/webhooks';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

interface Opened {
  readonly store: DeliveryStore;
  close(): Promise<void>;
}

const openMemory = (): Promise<Opened> =>
  Promise.resolve({ store: createMemoryDeliveries(), close: () => Promise.resolve() });

async function openPostgres(): Promise<Opened> {
  const database: TestDatabase = await createTestDatabase();
  await migrate(database.url, webhooksStore);
  const pool = openPool({
    connectionString: database.url,
    size: 2,
    applicationName: 'deliveries',
    onError: () => undefined,
  });
  return {
    store: createDeliveryStore(pool),
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

const ids = createIds();
const tenant = tenantOf(newId('mer', ids), false);
const endpointId = newId('whe', ids);
const url = 'https://shop.example/hooks';
const failed = { url, sentAt: 1_000, elapsedMs: 7, statusCode: 500, answer: 'oh', failure: 'answered 500' };
const done = { url, sentAt: 9_000, elapsedMs: 5, statusCode: 204, answer: '', failure: null };

const terms = (change: Partial<DeliveryTerms> = {}): DeliveryTerms => ({
  deliveryId: newId('whd', ids),
  tenant,
  endpointId,
  eventId: 'evt_1',
  eventType: 'charge.succeeded',
  stream: 'charge-ch_1',
  version: 3,
  createdAt: 1_795_000_000_000,
  ...change,
});

describe.each([
  ['memory', openMemory],
  ['PostgreSQL', openPostgres],
])('deliveries in %s', (_name, open) => {
  let opened: Opened;
  let store: DeliveryStore;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened.close());

  test('begin once, however often they are opened', async () => {
    const asked = terms();
    const begun = await store.open(asked);
    expect(begun).toEqual({ ...asked, status: 'pending', attempts: 0, nextAttemptAt: null, last: null });
    await store.record(asked.deliveryId, { attempt: failed, status: 'pending', nextAttemptAt: 5_000 });
    expect(await store.open(asked)).toEqual({
      ...asked,
      status: 'pending',
      attempts: 1,
      nextAttemptAt: 5_000,
      last: { attempt: 1, ...failed },
    });
  });

  test('keep every attempt, and stay as they ended', async () => {
    const asked = terms();
    await store.open(asked);
    await store.record(asked.deliveryId, { attempt: failed, status: 'pending', nextAttemptAt: 5_000 });
    const ended = await store.record(asked.deliveryId, {
      attempt: done,
      status: 'succeeded',
      nextAttemptAt: null,
    });
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 2, nextAttemptAt: null });
    // A second worker that had the same job reports later: the attempt is kept, the end stays.
    await store.record(asked.deliveryId, { attempt: failed, status: 'pending', nextAttemptAt: 7_000 });
    await store.move(asked.deliveryId, 'held');
    expect(await store.find(tenant, asked.deliveryId)).toMatchObject({ status: 'succeeded', attempts: 3 });
    expect(await store.attempts(asked.deliveryId)).toEqual([
      { attempt: 1, ...failed },
      { attempt: 2, ...done },
      { attempt: 3, ...failed },
    ]);
  });

  test('are held by endpoint, the oldest first, page by page', async () => {
    const endpoint = newId('whe', ids);
    const all = Array.from({ length: 5 }, () => terms({ endpointId: endpoint }));
    for (const each of all) await store.open(each);
    for (const each of all.slice(0, 4)) await store.move(each.deliveryId, 'held');
    const page = await store.held({ tenant, endpointId: endpoint }, { after: '', limit: 3 });
    expect(page.map(({ deliveryId }) => deliveryId)).toEqual(all.slice(0, 3).map((each) => each.deliveryId));
    const after = page.at(-1)?.deliveryId ?? '';
    const rest = await store.held({ tenant, endpointId: endpoint }, { after, limit: 3 });
    expect(rest.map(({ deliveryId }) => deliveryId)).toEqual([all[3]?.deliveryId]);
    const stranger = tenantOf(newId('mer', ids), false);
    expect(await store.held({ tenant: stranger, endpointId: endpoint }, { after: '', limit: 3 })).toEqual([]);
  });

  test('are listed newest first, by endpoint, event and status, and only to their tenant', async () => {
    const other = tenantOf(newId('mer', ids), true);
    const endpoint = newId('whe', ids);
    const mine = Array.from({ length: 3 }, (_, n) =>
      terms({ tenant: other, endpointId: endpoint, eventId: `evt_${String(n)}` }),
    );
    for (const each of mine) await store.open(each);
    await store.record(present(mine[1]).deliveryId, {
      attempt: done,
      status: 'succeeded',
      nextAttemptAt: null,
    });
    const idsOf = async (...[filter, page]: [Parameters<DeliveryStore['list']>[1], object?]) => {
      const found = await store.list(other, filter, { limit: 10, ...page });
      return found.ok ? found.value.rows.map(({ deliveryId }) => deliveryId) : found.refusal.code;
    };
    const [oldest, middle, newest] = mine.map(({ deliveryId }) => deliveryId);
    expect(await idsOf({ endpointId: endpoint })).toEqual([newest, middle, oldest]);
    expect(await idsOf({ eventId: 'evt_0' })).toEqual([oldest]);
    expect(await idsOf({ statuses: ['succeeded'] })).toEqual([middle]);
    expect(await idsOf({ statuses: [] })).toEqual([]);
    expect(await idsOf({}, { cursor: { kind: 'starting_after', id: middle } })).toEqual([oldest]);
    expect(await idsOf({}, { cursor: { kind: 'ending_before', id: middle } })).toEqual([newest]);
    expect(await idsOf({}, { cursor: { kind: 'starting_after', id: terms().deliveryId } })).toBe(
      'cursor_not_found',
    );
    expect(await store.find(tenant, present(mine[0]).deliveryId)).toBeNull();
  });
});
