import { contexts } from '../../../src/core/contexts';
import { createHash } from 'node:crypto';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import {
  type AuditEntry,
  type AuditFilter,
  type AuditId,
  type AuditQueries,
  type AuditScope,
  type AuditTrail,
  entryFor,
  verifyAudit,
} from '../../../src/core/audit';
import { type PageRequest, type TenantId, newId, operatorTenant, tenantOf } from '../../../src/core/kernel';
import type {
  AuditLog,
  AuditRefusal,
  Reader,
  RecordedEvent,
  RebuildableReader,
} from '../../../src/core/ports';
import { eventually } from '../../support/eventually';

/** An audit, and a second reader on the same rows, as another process would have. */
export interface AuditUnderTest {
  readonly reader: RebuildableReader;
  readonly another: Reader;
  readonly log: AuditLog;
  readonly queries: AuditQueries;
  readonly trail: AuditTrail;
  close(): Promise<void>;
}

const ids = createSeededIds(11);
const acme = tenantOf(newId('mer', ids), false);
const other = tenantOf(newId('mer', ids), false);
const everything: AuditScope = { kind: 'everything' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const startMs = 1_700_000_000_000;

const eventAt = (position: number, change: Partial<RecordedEvent> = {}): RecordedEvent => ({
  partition: 1,
  position,
  tenant: acme,
  stream: `charge-ch_${String(position)}`,
  version: 1,
  type: 'ChargeCreated',
  schemaVersion: 1,
  data: {},
  metadata: {
    actor: 'key_1',
    correlationId: `cor_${String(position)}`,
    requestId: `req_${String(position)}`,
  },
  recordedAt: startMs + position * 10,
  ...change,
});

const refusalAt = (n: number, change: Partial<AuditRefusal> = {}): AuditRefusal => ({
  tenant: acme,
  actor: 'key_1',
  action: 'CaptureCharge',
  subject: `ch_${String(n)}`,
  outcome: 'refused',
  code: 'charge_not_authorized',
  requestId: `req_r${String(n)}`,
  clientAddress: '192.0.2.1',
  occurredAt: startMs + n * 10 + 5,
  ...change,
});

const events = (count: number, from = 0) => Array.from({ length: count }, (_, n) => eventAt(from + n + 1));

/** What every audit does, whatever it stands on. */
export function auditContract(name: string, open: () => Promise<AuditUnderTest>): void {
  describe(`audit contract: ${name}`, () => {
    let under: AuditUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const list = async (
      filter: AuditFilter = {},
      page: Partial<PageRequest<AuditId>> = {},
      scope: AuditScope = everything,
    ) => under.queries.list(scope, filter, { limit: 100, ...page });

    async function refuse(...refusals: readonly AuditRefusal[]): Promise<void> {
      for (const refusal of refusals) under.log.record(refusal);
      await eventually(async () =>
        expect(
          (await list({ outcome: 'refused' })).rows.length + (await list({ outcome: 'denied' })).rows.length,
        ).toBe(refusals.length),
      );
    }

    test('begins empty', async () => {
      expect(await under.reader.checkpoint()).toBe(0);
      expect(await list()).toEqual({ rows: [], hasMore: false });
    });

    test('every event becomes the entry that is made of it', async () => {
      const all = [
        ...events(3),
        eventAt(4, { type: 'RefundRequested', data: { refundId: 're_1' } }),
        eventAt(5, {
          tenant: operatorTenant,
          stream: 'merchant-mer_1',
          type: 'MerchantCreated',
          metadata: { actor: 'operator', correlationId: 'c' },
        }),
        eventAt(6, { type: 'NeverHeardOf', stream: 'ü "quoted" \\ 🙂' }),
      ];
      expect(await under.reader.apply(0, all)).toBe('applied');
      expect(await under.reader.checkpoint()).toBe(6);
      expect((await list()).rows).toEqual(all.map((event) => entryFor(event, contexts)).reverse());
    });

    test('an event about a subject of any length and any characters stops nothing', async () => {
      const random = Array.from({ length: 200 }, (_, n) => sha256(String(n))).join('');
      const all = [
        eventAt(1, { type: 'PspNoticeReceived', stream: `psp-notice-stripe-evt_${random}` }),
        eventAt(2, { type: 'PspNoticeReceived', stream: 'psp-notice-stripe-evt_\ud800' }),
        eventAt(3, {
          type: 'PspNoticeReceived',
          stream: 'psp-notice-stripe-evt_1',
          data: { refundId: random },
        }),
        eventAt(4),
      ];
      expect(await under.reader.apply(0, all)).toBe('applied');
      expect((await list()).rows).toEqual(all.map((event) => entryFor(event, contexts)).reverse());
    });

    test('a batch that came before, or comes too early, changes nothing', async () => {
      await under.reader.apply(0, events(3));
      expect(await under.reader.apply(0, events(3))).toBe('moved');
      expect(await under.reader.apply(2, events(2, 2))).toBe('moved');
      expect(await under.reader.apply(7, events(2, 7))).toBe('moved');
      expect(await under.reader.apply(3, events(2, 3))).toBe('applied');
      expect((await list()).rows).toHaveLength(5);
    });

    test('a batch with a gap, or of another partition, is a bug and changes nothing', async () => {
      await expect(under.reader.apply(0, [eventAt(2)])).rejects.toThrow('follows');
      await expect(under.reader.apply(0, [eventAt(1), eventAt(3)])).rejects.toThrow('follows');
      await expect(under.reader.apply(0, [eventAt(1, { partition: 2 })])).rejects.toThrow('follows');
      expect(await under.reader.checkpoint()).toBe(0);
    });

    test('of readers that race with the same batches each batch takes effect once', async () => {
      for (let from = 0; from < 500; from += 50) {
        const batch = events(50, from);
        const outcomes = await Promise.all(
          [under.reader, under.another, under.reader, under.another].map((reader) =>
            reader.apply(from, batch),
          ),
        );
        expect([...outcomes].sort()).toEqual(['applied', 'moved', 'moved', 'moved']);
      }
      expect(await under.trail.checkpoint(1)).toBe(500);
      const all = { partition: 1, after: null, limit: 501, through: 490 };
      const page = await under.trail.effectPage(all);
      expect(page).toMatchObject({ count: 490, highestPosition: 500 });
      const first = await under.trail.effectPage({ ...all, limit: 200 });
      const rest = await under.trail.effectPage({ ...all, after: first.last });
      expect({ first: first.count, last: rest.last, count: rest.count }).toEqual({
        first: 200,
        last: page.last,
        count: 290,
      });
      expect(await under.trail.effectPage({ ...all, after: page.last })).toEqual({
        last: null,
        count: 0,
        highestPosition: 0,
      });
    });

    test('refusals are kept with their facts, in one list with the effects by time', async () => {
      await under.reader.apply(0, events(2));
      await refuse(
        refusalAt(1),
        refusalAt(2, { tenant: null, subject: null, outcome: 'denied', code: 'unauthorized', count: 7 }),
      );
      const { rows: entries } = await list();
      expect(entries.map(({ outcome }) => outcome)).toEqual(['denied', 'done', 'refused', 'done']);
      expect(entries[0]).toMatchObject({
        tenant: null,
        subject: null,
        code: 'unauthorized',
        clientAddress: '192.0.2.1',
        count: 7,
      });
      expect(entries[2]).toMatchObject({
        tenant: acme,
        actor: 'key_1',
        action: 'CaptureCharge',
        subject: 'ch_1',
        requestId: 'req_r1',
        correlationId: 'req_r1',
        occurredAt: startMs + 15,
      });
    });

    test('filters: each alone, and together', async () => {
      await under.reader.apply(0, [
        eventAt(1),
        eventAt(2, { metadata: { actor: 'operator', correlationId: 'cor_1' } }),
        eventAt(3, { tenant: other }),
        eventAt(4, { type: 'RefundRequested', stream: 'charge-ch_1', data: { refundId: 're_1' } }),
      ]);
      await refuse(refusalAt(1), refusalAt(2, { outcome: 'denied', actor: 'key_2' }));
      const times = async (filter: AuditFilter, scope?: AuditScope) =>
        (await list(filter, {}, scope)).rows.map((entry: AuditEntry) => (entry.occurredAt - startMs) / 10);
      expect(await times({ actor: 'operator' })).toEqual([2]);
      expect(await times({ action: 'CreateCharge' })).toEqual([3, 2, 1]);
      expect(await times({ outcome: 'done' })).toEqual([4, 3, 2, 1]);
      expect(await times({ outcome: 'denied' })).toEqual([2.5]);
      expect(await times({ subject: 'ch_1' })).toEqual([4, 1.5, 1]);
      expect(await times({ subject: 're_1' })).toEqual([4]);
      expect(await times({ correlationId: 'cor_1' })).toEqual([2, 1]);
      expect(await times({ from: startMs + 15, to: startMs + 25 })).toEqual([2.5, 2, 1.5]);
      expect(await times({ from: startMs + 26, to: startMs + 29 })).toEqual([]);
      expect(await times({}, { kind: 'tenant', tenant: other })).toEqual([3]);
      expect(await times({ subject: 'ch_1' }, { kind: 'tenant', tenant: other })).toEqual([]);
      expect(await times({ subject: 'ch_1', outcome: 'done', actor: 'key_1', to: startMs + 30 })).toEqual([
        1,
      ]);
      expect(await times({ actor: 'nobody' })).toEqual([]);
      expect(await times({ from: -1 })).toEqual(await times({}));
      expect(await times({ from: -62_167_219_200_000, to: -1 })).toEqual([]);
      expect(await times({ from: 253_402_300_799_999 })).toEqual([]);
    });

    test('an entry is there for those who may see it, and no other id is', async () => {
      await under.reader.apply(0, [eventAt(1), eventAt(2, { tenant: other })]);
      await refuse(refusalAt(3));
      const [refusal, theirs, mine] = (await list()).rows.map(({ auditId }) => auditId);
      const has = (scope: AuditScope) =>
        Promise.all(
          [refusal, theirs, mine, `aud_${'0'.repeat(26)}` as const].map((id) =>
            under.queries.has(scope, id ?? 'aud_'),
          ),
        );
      expect(await has(everything)).toEqual([true, true, true, false]);
      expect(await has({ kind: 'tenant', tenant: acme })).toEqual([true, false, true, false]);
      expect(await has({ kind: 'tenant', tenant: other })).toEqual([false, true, false, false]);
    });

    test('pages walk the whole list once, in both directions, whatever filter holds', async () => {
      await under.reader.apply(0, events(23));
      await refuse(...Array.from({ length: 7 }, (_, n) => refusalAt(n + 1)));
      for (const filter of [{}, { actor: 'key_1' }, { subject: 'ch_3' }, { outcome: 'refused' as const }]) {
        const expected = (await list(filter)).rows;
        expect(expected.length).toBeGreaterThan(1);
        expect(await walk(filter, 'starting_after')).toEqual(expected);
        expect(await walk(filter, 'ending_before')).toEqual(expected);
      }
    });

    async function walk(
      filter: AuditFilter,
      kind: 'starting_after' | 'ending_before',
    ): Promise<readonly AuditEntry[]> {
      const oldest = `aud_${'0'.repeat(26)}` as const;
      let page = await list(filter, {
        limit: 4,
        ...(kind === 'ending_before' && { cursor: { kind, id: oldest } }),
      });
      let seen = [...page.rows];
      while (page.hasMore) {
        expect(page.rows).toHaveLength(4);
        const edge = kind === 'starting_after' ? page.rows.at(-1) : page.rows[0];
        if (edge === undefined) throw new Error('a page that has more is not empty');
        page = await list(filter, { limit: 4, cursor: { kind, id: edge.auditId } });
        seen = kind === 'starting_after' ? [...seen, ...page.rows] : [...page.rows, ...seen];
      }
      return seen;
    }

    test('a rebuild makes the same effects and keeps the refusals', async () => {
      await under.reader.apply(0, events(30));
      await refuse(refusalAt(1));
      const before = await list();
      await under.reader.reset();
      expect(await under.reader.checkpoint()).toBe(0);
      expect((await list()).rows).toHaveLength(1);
      await under.reader.apply(0, events(30));
      expect(await list()).toEqual(before);
    });

    test('the verifier finds nothing wrong, and notices an event that changed afterwards', async () => {
      const all = events(30);
      await under.reader.apply(0, all);
      await refuse(...Array.from({ length: 12 }, (_, n) => refusalAt(n + 1)));
      const feedOf = (read: readonly RecordedEvent[]) => ({
        read: (after: number, limit: number) => Promise.resolve(read.slice(after, after + limit)),
      });
      expect(await verifyAudit({ trail: under.trail, feed: feedOf(all), sha256, contexts })).toMatchObject({
        effectCount: 30,
        refusals: { sequence: 12 },
        fault: null,
      });
      const forged = all.map((event) =>
        event.position === 17 ? { ...event, tenant: 'x' as TenantId } : event,
      );
      expect(await verifyAudit({ trail: under.trail, feed: feedOf(forged), sha256, contexts })).toMatchObject(
        {
          fault: { place: { kind: 'event', position: 17 }, field: 'tenant', stored: acme, expected: 'x' },
        },
      );
    });
  });
}
