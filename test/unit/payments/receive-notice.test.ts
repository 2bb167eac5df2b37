import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';
import { chargeCodec, chargeStream, receiveNotice } from '../../../src/core/payments';
import {
  type Feed,
  type Journal,
  JournalUnavailable,
  type PspNotice,
  toStream,
} from '../../../src/core/ports';
import { chargeId, histories, refundId } from '../../support/charges';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const notice: PspNotice = { eventId: 'evt_1', type: 'payment_intent.succeeded', tenant, chargeId };
const metadata = { actor: 'psp:stripe', correlationId: chargeId };

let journal: Journal & Feed;
beforeEach(() => (journal = createMemoryJournal({ clock: () => 1 })));

const stored = async () => (await journal.read(0, 100)).filter(({ type }) => type === 'PspNoticeReceived');

test.each(Object.entries(histories))(
  'a notice about a charge that is %s is stored',
  async (_status, events) => {
    await journal.append(
      toStream({
        tenant,
        stream: chargeStream(chargeId),
        expectedVersion: 0,
        events: events.map((event) => chargeCodec.encode(event)),
        metadata,
      }),
    );
    await receiveNotice(journal)('stripe', notice, metadata);
    expect(await stored()).toMatchObject([
      { type: 'PspNoticeReceived', data: { eventId: 'evt_1', chargeId } },
    ]);
  },
);

test('a notice about a charge that nobody knows is stored', async () => {
  await receiveNotice(journal)('stripe', notice, metadata);
  expect(await stored()).toHaveLength(1);
});

test('a notice tells which refund it is about', async () => {
  await receiveNotice(journal)('stripe', { ...notice, refundId: refundId() }, metadata);
  expect(await stored()).toMatchObject([{ data: { refundId: refundId() } }]);
});

test('delivered fifty times at once, a notice is stored once', async () => {
  const receive = receiveNotice(journal);
  await Promise.all(Array.from({ length: 50 }, () => receive('stripe', notice, metadata)));
  expect(await stored()).toHaveLength(1);
});

test('nothing is read before a notice is stored', async () => {
  const readStream = () => Promise.reject(new Error('read'));
  await receiveNotice({ ...journal, readStream })('stripe', notice, metadata);
  expect(await stored()).toHaveLength(1);
});

test('a notice that could not be stored is not acknowledged', async () => {
  const append = () => Promise.reject(new JournalUnavailable('away'));
  await expect(receiveNotice({ ...journal, append })('stripe', notice, metadata)).rejects.toThrow(
    JournalUnavailable,
  );
});

test.each([
  ['half a character', 'evt_\ud800'],
  ['NUL', 'evt_\0'],
  ['10,000 characters', `evt_${'x'.repeat(10_000)}`],
  ['a path', '../evt_1'],
  ['a line end', 'evt_1\n'],
  ['a space', 'evt 1'],
  ['letters beyond ASCII', 'evt_ſ'],
  ['a card number', 'evt_4242424242424242'],
  ['nothing', ''],
])('a notice whose id is or holds %s is malformed, and leaves no event', async (_what, eventId) => {
  expect(await receiveNotice(journal)('stripe', { ...notice, eventId }, metadata)).toBe('malformed');
  expect(await journal.head()).toBe(0);
});

test('ids as providers make them are stored', async () => {
  for (const eventId of [
    'evt_1MtwBwLkdIwHu7ix28a3tqPa',
    'WH-2WR32451HC0233532-67976317FL4543714',
    'a'.repeat(255),
  ])
    expect(await receiveNotice(journal)('stripe', { ...notice, eventId }, metadata)).toBe('stored');
  expect(await journal.head()).toBe(3);
});
