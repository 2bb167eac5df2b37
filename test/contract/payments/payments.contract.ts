import { type ChargeId, type TenantId, money, pageOf } from '../../../src/core/kernel';
import {
  type ChargeEvent,
  type ChargeFilter,
  type ChargeRow,
  type PaymentQueries,
  type RefundFilter,
  type RefundRow,
  chargeCodec,
  chargeStream,
} from '../../../src/core/payments';
import { type Feed, type Journal, type RebuildableReader, toStream } from '../../../src/core/ports';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { authorized, captured, created, refundId, refundRequested } from '../../support/charges';
import { chargeIdAt, play, sampleHistory, tenants } from './random-history';
import {
  allCharges,
  allRefunds,
  chargeIdOfRow,
  expectedRows,
  readAll,
  refundIdOfRow,
  walk,
} from './read-model';

/** An empty PaymentDB. `another` is a second reader of the same rows, as another process would have. */
export interface PaymentsUnderTest {
  readonly reader: RebuildableReader;
  readonly another: RebuildableReader;
  readonly queries: PaymentQueries;
}

const longHistory = sampleHistory(1_500, 40);

async function append(journal: Journal, chargeNumber: number, events: readonly ChargeEvent[]): Promise<void> {
  const chargeId = chargeIdAt(chargeNumber);
  const stream = chargeStream(chargeId);
  await journal.append(
    toStream({
      tenant: tenants[0],
      stream,
      expectedVersion: (await journal.readStream(tenants[0], stream)).length,
      events: events.map((event) =>
        chargeCodec.encode(event.type === 'ChargeCreated' ? { ...event, chargeId } : event),
      ),
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );
}

/** What every PaymentDB does, whatever it stands on. */
export function paymentsContract(name: string, open: () => Promise<PaymentsUnderTest>): void {
  describe(`payments contract: ${name}`, () => {
    let under: PaymentsUnderTest;
    let journal: Journal & Feed;
    beforeEach(async () => {
      under = await open();
      await under.reader.reset();
      journal = createMemoryJournal({ clock: () => 1_790_000_000_000 });
    });

    const shown = async () => {
      const all = [];
      for (const tenant of tenants)
        all.push(await allCharges(under.queries, tenant), await allRefunds(under.queries, tenant));
      return all;
    };

    describe('the reader', () => {
      test('begins at 0 and shows nothing', async () => {
        expect(await under.reader.checkpoint()).toBe(0);
        expect(await shown()).toEqual([[], [], [], []]);
      });

      test.each([[[1]], [[2, 1]], [[7, 500, 3]], [[500]]])(
        'cut into batches of %j, every row equals the fold of its stream',
        async (batchSizes) => {
          const states = await play(journal, longHistory.slice(0, batchSizes[0] === 1 ? 500 : 1_500));
          await readAll(journal, under.reader, batchSizes);
          expect(await under.reader.checkpoint()).toBe(await journal.head());
          for (const tenant of tenants) {
            const expected = expectedRows(states, tenant);
            expect(expected.charges.length).toBeGreaterThan(10);
            expect(await allCharges(under.queries, tenant)).toEqual(expected.charges);
            expect(await allRefunds(under.queries, tenant)).toEqual(expected.refunds);
          }
        },
      );

      test('a batch delivered twice takes effect once', async () => {
        await play(journal, longHistory.slice(0, 300));
        const events = await journal.read(0, 1_000);
        expect(await under.reader.apply(0, events)).toBe('applied');
        const before = await shown();
        expect(await under.reader.apply(0, events)).toBe('moved');
        expect(await under.reader.apply(3, events.slice(3))).toBe('moved');
        expect(await shown()).toEqual(before);
        expect(await under.reader.checkpoint()).toBe(events.length);
      });

      test('of two readers that race for a batch, exactly one applies it', async () => {
        const states = await play(journal, longHistory.slice(0, 600));
        const head = await journal.head();
        for (let from = 0; from < head;) {
          const events = await journal.read(from, 20);
          const outcomes = await Promise.all([
            under.reader.apply(from, events),
            under.another.apply(from, events),
          ]);
          expect(outcomes.sort()).toEqual(['applied', 'moved']);
          from += events.length;
        }
        expect(await allCharges(under.queries, tenants[0])).toEqual(expectedRows(states, tenants[0]).charges);
      });

      test('a rebuild shows the same again', async () => {
        await play(journal, longHistory);
        await readAll(journal, under.reader, [13]);
        const before = await shown();
        await under.reader.reset();
        expect(await under.reader.checkpoint()).toBe(0);
        expect(await shown()).toEqual([[], [], [], []]);
        await readAll(journal, under.reader);
        expect(await shown()).toEqual(before);
      });

      test('a batch with a gap, and one that does not fit its rows, is refused and writes nothing', async () => {
        await append(journal, 1, [created()]);
        await append(journal, 2, [created(), authorized()]);
        const events = await journal.read(0, 10);
        await expect(under.reader.apply(0, events.slice(1))).rejects.toThrow('event 1/2 follows 1/0');
        const [first, ...rest] = events;
        const skipped = [{ ...first, version: 2 } as (typeof events)[number], ...rest];
        await expect(under.reader.apply(0, skipped)).rejects.toThrow('event 2 follows row version 0');
        expect(await under.reader.checkpoint()).toBe(0);
        expect(await shown()).toEqual([[], [], [], []]);
        expect(await under.reader.apply(0, events)).toBe('applied');
      });

      test('events of other contexts move the checkpoint and nothing else', async () => {
        await journal.append(
          toStream({
            tenant: tenants[0],
            stream: 'merchant-1',
            expectedVersion: 0,
            events: [{ type: 'MerchantRegistered', schemaVersion: 1, data: {} }],
            metadata: { actor: 'test', correlationId: 'c1' },
          }),
        );
        await readAll(journal, under.reader);
        expect(await under.reader.checkpoint()).toBe(1);
        expect(await shown()).toEqual([[], [], [], []]);
      });
    });

    describe('the queries', () => {
      let charges: readonly ChargeRow[];
      let refunds: readonly RefundRow[];
      let customerOf: ReadonlyMap<ChargeId, string | null>;
      const [tenant, stranger] = tenants;
      const listCharges = (filter: ChargeFilter, of: TenantId = tenant) =>
        walk((page) => under.queries.listCharges(of, filter, page), chargeIdOfRow, 'starting_after', {
          limit: 3,
        });
      const listRefunds = (filter: RefundFilter) =>
        walk((page) => under.queries.listRefunds(tenant, filter, page), refundIdOfRow, 'starting_after', {
          limit: 3,
        });

      beforeEach(async () => {
        ({ charges, refunds } = expectedRows(await play(journal, longHistory), tenant));
        customerOf = new Map(
          charges.map(({ charge: { terms } }) => [terms.chargeId, terms.customerReference]),
        );
        await readAll(journal, under.reader);
      });

      const from = 1_790_000_000_003;
      const to = 1_790_000_000_009;
      const chargeFilters: [string, ChargeFilter, (row: ChargeRow) => boolean][] = [
        ['status', { statuses: ['succeeded'] }, ({ charge }) => charge.status === 'succeeded'],
        [
          'several statuses, one of them twice',
          { statuses: ['succeeded', 'failed', 'blocked', 'failed'] },
          ({ charge }) => ['succeeded', 'failed', 'blocked'].includes(charge.status),
        ],
        ['no status', { statuses: [] }, () => false],
        ['created from', { createdAt: { gte: from } }, ({ charge }) => charge.terms.createdAt >= from],
        [
          'created between',
          { createdAt: { gt: from, lte: to } },
          ({ charge }) => charge.terms.createdAt > from && charge.terms.createdAt <= to,
        ],
        ['created before', { createdAt: { lt: to } }, ({ charge }) => charge.terms.createdAt < to],
        [
          'amount',
          { amountMinor: { gte: 500n, lt: 1_000n } },
          ({ charge: { terms } }) => terms.amount.amountMinor >= 500n && terms.amount.amountMinor < 1_000n,
        ],
        [
          'amount, exclusive and inclusive',
          { amountMinor: { gt: 500n, lte: 1_000n } },
          ({ charge: { terms } }) => terms.amount.amountMinor > 500n && terms.amount.amountMinor <= 1_000n,
        ],
        ['exact time', { createdAt: { eq: from } }, ({ charge }) => charge.terms.createdAt === from],
        ['currency', { currency: 'JPY' }, ({ charge }) => charge.terms.amount.currency === 'JPY'],
        [
          'customer',
          { customerReference: 'customer-3' },
          ({ charge }) => charge.terms.customerReference === 'customer-3',
        ],
        ['metadata', { metadata: { plan: 'gold' } }, ({ charge }) => charge.terms.metadata.plan === 'gold'],
        [
          'several metadata',
          { metadata: { plan: 'gold', order: '2' } },
          ({ charge: { terms } }) => terms.metadata.plan === 'gold' && terms.metadata.order === '2',
        ],
        ['metadata of an unknown key', { metadata: { toString: 'gold' } }, () => false],
        [
          'everything at once',
          {
            statuses: ['succeeded', 'authorized', 'failed', 'canceled', 'blocked'],
            createdAt: { gte: 1_790_000_000_000 },
            amountMinor: { gte: 1n },
            currency: 'EUR',
            customerReference: 'customer-2',
            metadata: { order: '2' },
          },
          ({ charge }) =>
            ['succeeded', 'authorized', 'failed', 'canceled', 'blocked'].includes(charge.status) &&
            charge.terms.amount.currency === 'EUR' &&
            charge.terms.customerReference === 'customer-2' &&
            charge.terms.metadata.order === '2',
        ],
      ];
      test.each(chargeFilters)('charges by %s', async (filterName, filter, holds) => {
        const expected = charges.filter(holds);
        expect(expected.length > 0).toBe(!matchesNothing.has(filterName));
        expect(await listCharges(filter)).toEqual(expected);
      });

      const matchesNothing = new Set(['no status', 'metadata of an unknown key']);

      const refundFilters: [string, RefundFilter, (row: RefundRow) => boolean][] = [
        ['nothing', {}, () => true],
        ['status', { statuses: ['succeeded'] }, ({ refund }) => refund.status === 'succeeded'],
        [
          'several statuses',
          { statuses: ['failed', 'pending', 'unknown'] },
          ({ refund }) => refund.status !== 'succeeded',
        ],
        [
          'customer',
          { customerReference: 'customer-3' },
          ({ chargeId }) => customerOf.get(chargeId) === 'customer-3',
        ],
        ['currency', { currency: 'EUR' }, ({ refund }) => refund.amount.currency === 'EUR'],
        ['amount', { amountMinor: { lte: 200n } }, ({ refund }) => refund.amount.amountMinor <= 200n],
        [
          'created',
          { createdAt: { gt: 1_790_000_000_200 } },
          ({ refund }) => refund.createdAt > 1_790_000_000_200,
        ],
        ['metadata', { metadata: { ticket: '2' } }, ({ refund }) => refund.metadata.ticket === '2'],
      ];
      test.each(refundFilters)('refunds by %s', async (_, filter, holds) => {
        const expected = refunds.filter(holds);
        expect(expected.length).toBeGreaterThan(0);
        expect(await listRefunds(filter)).toEqual(expected);
      });

      test('charges and refunds of exactly one amount', async () => {
        const ofCharge = charges[3]?.charge.terms.amount.amountMinor ?? 0n;
        expect(await listCharges({ amountMinor: { eq: ofCharge } })).toEqual(
          charges.filter(({ charge }) => charge.terms.amount.amountMinor === ofCharge),
        );
        const ofRefund = refunds[3]?.refund.amount.amountMinor ?? 0n;
        expect(await listRefunds({ amountMinor: { eq: ofRefund } })).toEqual(
          refunds.filter(({ refund }) => refund.amount.amountMinor === ofRefund),
        );
      });

      test('charges by their ids, of their own tenant alone', async () => {
        const wanted = [charges[2], charges[0]].map((row) => chargeIdOfRow(row as ChargeRow));
        const found = await under.queries.findCharges(tenant, [...wanted, chargeIdAt(999)]);
        expect(new Set(found)).toEqual(new Set([charges[0], charges[2]]));
        expect(found).toHaveLength(2);
        expect(await under.queries.findCharges(stranger, wanted)).toEqual([]);
        expect(await under.queries.findCharges(tenant, [])).toEqual([]);
      });

      test('refunds of one charge', async () => {
        const chargeId = refunds[0]?.chargeId ?? chargeIdAt(0);
        const expected = refunds.filter((row) => row.chargeId === chargeId);
        expect(await listRefunds({ chargeId })).toEqual(expected);
        expect(await listRefunds({ chargeId: chargeIdAt(999) })).toEqual([]);
      });

      test.each([1, 2, 7, 100])('pages of %i walk the list both ways', async (limit) => {
        const list = (page: Parameters<typeof under.queries.listCharges>[2]) =>
          under.queries.listCharges(tenant, {}, page);
        expect(await walk(list, chargeIdOfRow, 'starting_after', { limit })).toEqual(charges);
        const oldest = chargeIdOfRow(charges.at(-1) as ChargeRow);
        const upward = await walk(list, chargeIdOfRow, 'ending_before', { limit, from: oldest });
        expect(upward).toEqual(charges.slice(0, -1));
      });

      test('says whether there is more in the direction of the walk', async () => {
        const [first, second, third] = charges.map(chargeIdOfRow);
        const page = (request: Parameters<typeof under.queries.listCharges>[2]) =>
          under.queries.listCharges(tenant, {}, request);
        const ids = (result: Awaited<ReturnType<typeof page>>) =>
          result.ok ? [result.value.rows.map(chargeIdOfRow), result.value.hasMore] : result.refusal.code;
        if (first === undefined || second === undefined || third === undefined) throw new Error('too few');
        expect(ids(await page({ limit: 2 }))).toEqual([[first, second], true]);
        const after = { limit: 1, cursor: { kind: 'starting_after' as const, id: first } };
        expect(ids(await page(after))).toEqual([[second], true]);
        const before = { limit: 1, cursor: { kind: 'ending_before' as const, id: third } };
        expect(ids(await page(before))).toEqual([[second], true]);
        expect(ids(await page({ ...before, limit: 2 }))).toEqual([[first, second], false]);
        expect(ids(await page({ limit: 1, cursor: { kind: 'ending_before', id: first } }))).toEqual([
          [],
          false,
        ]);
      });

      test('a cursor need not match the filter', async () => {
        const index = charges.findIndex(({ charge }) => charge.status !== 'succeeded');
        const id = chargeIdOfRow(charges[index] as ChargeRow);
        const result = await under.queries.listCharges(
          tenant,
          { statuses: ['succeeded'] },
          { limit: 100, cursor: { kind: 'starting_after', id } },
        );
        const expected = charges.slice(index).filter(({ charge }) => charge.status === 'succeeded');
        expect(result).toEqual({ ok: true, value: pageOf({ limit: 100 }, expected) });
      });

      test('a cursor that the tenant does not have is refused', async () => {
        for (const kind of ['starting_after', 'ending_before'] as const) {
          const own = chargeIdOfRow(charges[0] as ChargeRow);
          const refused = { ok: false, refusal: { code: 'cursor_not_found', param: `/${kind}` } };
          for (const [of, id] of [
            [tenant, chargeIdAt(999)],
            [stranger, own],
          ] as const) {
            expect(await under.queries.listCharges(of, {}, { limit: 1, cursor: { kind, id } })).toMatchObject(
              refused,
            );
          }
          const { refundId: ownRefund } = (refunds[0] as RefundRow).refund;
          for (const [of, id] of [
            [tenant, refundId(9)],
            [stranger, ownRefund],
          ] as const) {
            const cursor = { kind, id };
            expect(await under.queries.listRefunds(of, {}, { limit: 1, cursor })).toMatchObject(refused);
          }
        }
      });

      test.each([0, 101, 1.5])('a page of %d rows is a bug of the caller', async (limit) => {
        await expect(async () => under.queries.listCharges(tenant, {}, { limit })).rejects.toThrow(
          `not ${String(limit)}`,
        );
      });

      test('tenants never see each other', async () => {
        const foreign = await listCharges({}, stranger);
        expect(foreign.length).toBeGreaterThan(10);
        expect(foreign.every((row) => row.tenant === stranger)).toBe(true);
        const refund = refunds[0] as RefundRow;
        expect(await under.queries.findRefund(tenant, refund.refund.refundId)).toEqual(refund);
        expect(await under.queries.findRefund(stranger, refund.refund.refundId)).toBeNull();
        expect(await under.queries.findRefund(tenant, refundId(9))).toBeNull();
      });

      test('metadata values are told apart by their last character, and keys are not confused', async () => {
        const long = 'ü🙂'.repeat(249);
        const values = [`${long}a`, `${long}b`];
        for (const [index, value] of values.entries())
          await append(journal, 910 + index, [created({ metadata: { note: value, 'a"b\\': "it's" } })]);
        await readAll(journal, under.reader);
        for (const [index, value] of values.entries()) {
          const found = await listCharges({ metadata: { note: value } });
          expect(found.map(chargeIdOfRow)).toEqual([chargeIdAt(910 + index)]);
        }
        expect(await listCharges({ metadata: { note: long } })).toEqual([]);
        expect(await listCharges({ metadata: { 'a"b\\': "it's" } })).toHaveLength(2);
      });

      test('a large amount keeps every digit', async () => {
        const amount = money(9_007_199_254_740_993n, 'JPY');
        await append(journal, 900, [
          created({ amount, createdAt: 1_890_000_000_000 }),
          authorized(),
          { ...captured(), amount } as ChargeEvent,
          { ...refundRequested(1, refundId(8)), amount } as ChargeEvent,
        ]);
        await readAll(journal, under.reader);
        const [newest] = await listCharges({ createdAt: { gte: 1_890_000_000_000 } });
        expect(newest?.charge).toMatchObject({ terms: { amount }, captured: amount, refunds: [{ amount }] });
        expect(await under.queries.findRefund(tenant, refundId(8))).toMatchObject({ refund: { amount } });
      });
    });
  });
}
