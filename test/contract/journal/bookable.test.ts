import { createIds } from '../../../src/adapters/embedded/ids';
import { openMemoryStores } from '../../../src/compose/memory';
import { newId, operatorTenant } from '../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../../src/core/payments';
import { type Feed, type Journal, toStream } from '../../../src/core/ports';
import { authorized, captured, created } from '../../support/charges';
import { createWholeStores } from '../../support/whole-stores';

interface Opened {
  readonly journal: Journal & Feed;
  readonly close: () => Promise<void>;
}

const journals: readonly (readonly [name: string, open: () => Promise<Opened>])[] = [
  [
    'in memory',
    () => {
      const { records } = openMemoryStores({ clock: Date.now, ids: createIds(), random: Math.random });
      return Promise.resolve({ journal: records, close: () => Promise.resolve() });
    },
  ],
  [
    'on PostgreSQL',
    async () => {
      const whole = await createWholeStores();
      return { journal: whole.stores.records, close: () => whole.close() };
    },
  ],
];

describe.each(journals)('the journal that a program opens %s', (_, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  }, 60_000);
  afterAll(() => opened.close());

  const append = (stream: string, events: readonly ChargeEvent[]) =>
    opened.journal.append(
      toStream({
        tenant: operatorTenant,
        stream,
        expectedVersion: 0,
        events: events.map((event) => chargeCodec.encode(event)),
        metadata: { actor: 'test', correlationId: 'test' },
      }),
    );

  test('refuses the whole append of an event that the ledger could not book, and that append alone', async () => {
    const [good, bad] = [newId('ch', createIds()), newId('ch', createIds())];
    const paid = (amountMinor: number) => [created(), authorized(), captured(amountMinor)];
    const outcomes = await Promise.allSettled([
      append(chargeStream(bad), paid(0)),
      append(chargeStream(good), paid(100)),
      append('charge-', [created()]),
      append('charge-ch_1', paid(100)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    const streams = (await opened.journal.read(0, 10)).map(({ stream }) => stream);
    expect(new Set(streams)).toEqual(new Set([chargeStream(good)]));
  });
});
