import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { type MerchantId, tenantOf } from '../../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream, receiveNotice } from '../../../../src/core/payments';
import { type Feed, type Journal, type PspNotice, toStream } from '../../../../src/core/ports';
import { jobsForNotices } from '../../../../src/workflows/payments/notice-jobs';
import {
  authorized,
  captured,
  chargeId,
  created,
  failed,
  histories,
  refundId,
} from '../../../support/charges';
import { jobsForPayments } from '../../../support/payment-jobs';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const notice: PspNotice = { eventId: 'evt_1', type: 'payment_intent.succeeded', tenant, chargeId };
const metadata = { actor: 'psp:stripe', correlationId: chargeId };

let journal: Journal & Feed;
let version: number;
beforeEach(() => {
  journal = createMemoryJournal({ clock: () => 1 });
  version = 0;
});

async function record(...events: readonly ChargeEvent[]): Promise<void> {
  const encoded = events.map((event) => chargeCodec.encode(event));
  const append = toStream({
    tenant,
    stream: chargeStream(chargeId),
    expectedVersion: version,
    events: encoded,
    metadata,
  });
  expect((await journal.append(append)).kind).toBe('appended');
  version += events.length;
}
const receive = (change: Partial<PspNotice> = {}) =>
  receiveNotice(journal)('stripe', { ...notice, ...change }, metadata);
/** The jobs of the events after a position, as the reader of notices asks for them. */
const jobsAfter = async (position: number) => jobsForNotices(journal)(await journal.read(position, 100));
const unread = { readStream: () => Promise.reject(new Error('the journal was read')) };

test.each(['failed', 'canceled'] as const)(
  'a notice about a charge that is %s has it looked at, unless it says that no money was taken',
  async (status) => {
    await record(...histories[status]);
    const position = await journal.head();
    await receive();
    await receive({ eventId: 'evt_2', type: 'payment_intent.canceled', concerns: 'end' });
    expect(await jobsAfter(position)).toMatchObject([{ name: 'apply-psp-notice', data: { chargeId } }]);
  },
);

test.each(['succeeded', 'blocked'] as const)(
  'a notice about a charge that is %s asks for no job',
  async (status) => {
    await record(...histories[status]);
    const position = await journal.head();
    await receive();
    expect(await jobsAfter(position)).toEqual([]);
  },
);

test.each(['in_review', 'unknown', 'requires_action', 'authorized'] as const)(
  'a notice about a charge that is %s has it looked at, at once',
  async (status) => {
    await record(...histories[status]);
    await receive();
    expect(await jobsAfter(0)).toMatchObject([
      { name: 'apply-psp-notice', data: { tenant, chargeId }, delayMs: 0 },
    ]);
  },
);

test('a notice that came before the answer to our own request gives that answer a second', async () => {
  await record(created());
  await receive();
  expect(await jobsAfter(0)).toMatchObject([{ name: 'apply-psp-notice', delayMs: 1_000 }]);
});

test.each([
  ['before', [() => record(authorized(), captured()), () => receive()]],
  ['after', [() => receive(), () => record(authorized(), captured())]],
])('a charge that closes in the same batch %s its notice is not even read', async (_when, steps) => {
  await record(created());
  for (const step of steps) await step();
  const events = await journal.read(0, 100);
  expect(await jobsForNotices({ ...journal, ...unread })(events)).toEqual([]);
});

test('a charge that closed after the batch was read asks for no job either', async () => {
  await record(created());
  await receive();
  const events = await journal.read(0, 100);
  await record(authorized(), captured());
  expect(await jobsForNotices(journal)(events)).toEqual([]);
});

test('a notice about a refund has it looked at, although the charge has succeeded', async () => {
  await record(...histories.succeeded);
  await receive({ refundId: refundId() });
  expect(await jobsAfter(0)).toMatchObject([
    { name: 'apply-psp-notice', data: { chargeId, operationId: refundId() }, delayMs: 0 },
  ]);
});

test('a notice of money that was given back has the refunds compared, although the charge has succeeded', async () => {
  await record(...histories.succeeded);
  await receive({ type: 'charge.refunded', concerns: 'refunds' });
  expect(await jobsAfter(0)).toMatchObject([{ name: 'compare-refunds', data: { chargeId }, delayMs: 0 }]);
});

test('a notice about a charge that nobody knows becomes a job, so that a person learns of it', async () => {
  await receive();
  expect(await jobsAfter(0)).toHaveLength(1);
});

test("a charge of the same id that closes for another tenant is not this notice's", async () => {
  await receive();
  const other = tenantOf('mer_00000000000000000000000002' as MerchantId, false);
  const foreign = (await journal.read(0, 1)).map((event) => ({
    ...event,
    ...chargeCodec.encode(failed()),
    tenant: other,
    stream: chargeStream(chargeId),
  }));
  expect(await jobsForNotices(journal)([...(await journal.read(0, 1)), ...foreign])).toHaveLength(1);
});

test('asked again for the same batch, it asks for the same jobs, with the keys that a whole dispatcher would give', async () => {
  await record(...histories.authorized);
  await receive();
  const again = [await jobsAfter(0), await jobsAfter(0)].map((jobs) => jobs.map(({ key }) => key));
  const [, , whole] = (await journal.read(0, 100)).map(jobsForPayments);
  expect(again).toEqual([whole?.map(({ key }) => key), whole?.map(({ key }) => key)]);
});

test('events of charges ask for nothing here', async () => {
  await record(...histories.authorized);
  expect(await jobsAfter(0)).toEqual([]);
});
