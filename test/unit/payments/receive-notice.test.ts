import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createFeedTail, type FeedTail } from '../../../src/adapters/postgres/journal/feed-tail';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';
import {
  type ChargeEvent,
  awaitCharge,
  chargeCodec,
  chargeStream,
  pspNoticeStream,
  receiveNotice,
} from '../../../src/core/payments';
import type { Feed, Journal, PspNotice } from '../../../src/core/ports';
import { createStreamWatch } from '../../../src/workflows/stream-watch';
import { authorized, captured, chargeId, created, refundId } from '../../support/charges';
import { eventually } from '../../support/eventually';
import { createManualTimers } from '../workflows/manual-timers';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const notice: PspNotice = { eventId: 'evt_1', type: 'payment_intent.succeeded', tenant, chargeId };
const metadata = { actor: 'psp:stripe', correlationId: chargeId };

let journal: Journal & Feed;
let timers: ReturnType<typeof createManualTimers>;
let tail: FeedTail;
let receive: ReturnType<typeof receiveNotice>;

beforeEach(async () => {
  journal = createMemoryJournal({ clock: () => 1 });
  timers = createManualTimers();
  const streams = createStreamWatch(timers.startTimer);
  tail = await createFeedTail(journal, {
    onError: (error) => {
      throw error;
    },
  });
  tail.onEvents((events) => streams.notify(events));
  receive = receiveNotice({ journal, awaitCharge: awaitCharge(journal, streams, () => 1) });
});
afterEach(() => tail.close());

async function record(expectedVersion: number, ...events: readonly ChargeEvent[]): Promise<void> {
  const outcome = await journal.append({
    tenant,
    stream: chargeStream(chargeId),
    expectedVersion,
    events: events.map((event) => chargeCodec.encode(event)),
    metadata,
  });
  expect(outcome.kind).toBe('appended');
}

const stored = async (eventId = notice.eventId): Promise<number> =>
  (await journal.readStream(tenant, pspNoticeStream('stripe', eventId))).length;

test('a notice about a charge that has succeeded is acknowledged and not stored', async () => {
  await record(0, created());
  await record(1, authorized(), captured());
  await receive('stripe', notice, metadata);
  expect(await stored()).toBe(0);
});

test('a notice that overtakes the answer to our own request waits for it', async () => {
  await record(0, created());
  const received = receive('stripe', notice, metadata);
  await eventually(() => expect(timers.delays()).toEqual([1_000]));
  await record(1, authorized(), captured());
  await received;
  expect(await stored()).toBe(0);
});

test('a notice whose charge is still undecided after the wait is stored, once', async () => {
  await record(0, created());
  const received = receive('stripe', notice, metadata);
  await eventually(() => expect(timers.delays()).toHaveLength(1));
  timers.fire();
  await received;
  expect(await stored()).toBe(1);
  await record(1, { type: 'ChargeOutcomeUnknown', reason: 'timeout' });
  await receive('stripe', notice, metadata);
  expect(await stored()).toBe(1);
});

test('a notice about a charge whose outcome is unknown is stored at once', async () => {
  await record(0, created());
  await record(1, { type: 'ChargeOutcomeUnknown', reason: 'timeout' });
  await receive('stripe', notice, metadata);
  expect(await stored()).toBe(1);
  expect(timers.delays()).toEqual([]);
});

test('a notice about a refund is stored although the charge has succeeded', async () => {
  await record(0, created());
  await record(1, authorized(), captured());
  await receive('stripe', { ...notice, refundId: refundId() }, metadata);
  expect(await stored()).toBe(1);
});

test('a notice about a charge that nobody knows is stored', async () => {
  await receive('stripe', notice, metadata);
  expect(await stored()).toBe(1);
});

test('beyond 200 waiting notices one is stored without waiting', async () => {
  await record(0, created());
  const waiting = Array.from({ length: 200 }, (_, n) =>
    receive('stripe', { ...notice, eventId: `evt_waiting_${String(n)}` }, metadata),
  );
  await eventually(() => expect(timers.delays()).toHaveLength(200));
  await receive('stripe', notice, metadata);
  expect(await stored()).toBe(1);
  await record(1, authorized(), captured());
  await Promise.all(waiting);
  expect(await stored('evt_waiting_0')).toBe(0);
});
