import { contexts } from '../../../src/core/contexts';
import { createHash } from 'node:crypto';
import { createMemoryAudit } from '../../../src/adapters/memory/audit';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import {
  type AuditTrail,
  type ChainHead,
  type DoneEntry,
  type RefusedEntry,
  verifyAudit,
} from '../../../src/core/audit';
import { operatorTenant } from '../../../src/core/kernel';
import { toStream } from '../../../src/core/ports';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An audit of 1,201 effects and 1,201 refusals: several pages, the last one short. */
async function history() {
  const ids = createSeededIds();
  let nowMs = 1_000;
  const journal = createMemoryJournal({ clock: () => (nowMs += 1) });
  const audit = createMemoryAudit({ ids });
  for (let n = 0; n < 1_201; n += 1) {
    await journal.append(
      toStream({
        tenant: operatorTenant,
        stream: `test-${String(n)}`,
        expectedVersion: 0,
        events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
        metadata: { actor: 'test', correlationId: `c${String(n)}` },
      }),
    );
    audit.log.record({
      tenant: operatorTenant,
      actor: 'test',
      action: 'Test',
      subject: null,
      outcome: 'refused',
      code: 'no',
      requestId: `req_${String(n)}`,
      clientAddress: '127.0.0.1',
      occurredAt: n,
    });
  }
  await audit.reader.apply(0, await journal.read(0, 2_000));
  return { feed: journal, trail: audit.trail };
}

/** The same trail as a superuser might leave it. */
const tampered = (
  trail: AuditTrail,
  change: {
    readonly effect?: (entry: DoneEntry) => DoneEntry | null;
    readonly refusal?: (entry: RefusedEntry) => RefusedEntry | null;
    readonly head?: (head: ChainHead) => ChainHead;
    readonly extraEntries?: number;
    readonly extraPosition?: number;
  },
): AuditTrail => ({
  checkpoint: (partition) => trail.checkpoint(partition),
  async effectPage(request) {
    const page = await trail.effectPage(request);
    const isFirst = request.after === null;
    return {
      ...page,
      count: page.count + (isFirst ? (change.extraEntries ?? 0) : 0),
      highestPosition: Math.max(page.highestPosition, change.extraPosition ?? 0),
    };
  },
  doneEntries: async (wanted) =>
    (await trail.doneEntries(wanted)).flatMap((entry) =>
      change.effect ? (change.effect(entry) ?? []) : entry,
    ),
  chainFloor: () => trail.chainFloor(),
  chainHead: async () => (change.head ?? ((head) => head))(await trail.chainHead()),
  refusals: async (after, limit) =>
    (await trail.refusals(after, limit)).flatMap((entry) =>
      change.refusal ? (change.refusal(entry) ?? []) : entry,
    ),
});

let feed: Awaited<ReturnType<typeof history>>['feed'];
let trail: AuditTrail;
beforeAll(async () => ({ feed, trail } = await history()));

const verify = (change: Parameters<typeof tampered>[1]) =>
  verifyAudit({ trail: tampered(trail, change), feed, sha256, contexts });

test('an audit that nobody touched has no fault', async () => {
  expect(await verify({})).toMatchObject({ effectCount: 1_201, refusals: { sequence: 1_201 }, fault: null });
});

test('an empty audit has no fault', async () => {
  const { trail: empty } = createMemoryAudit({ ids: createSeededIds() });
  expect(await verifyAudit({ trail: empty, feed, sha256, contexts })).toMatchObject({
    effectCount: 0,
    refusals: { sequence: 0 },
    fault: null,
  });
});

test.each([
  'tenant',
  'actor',
  'action',
  'subject',
  'part',
  'requestId',
  'correlationId',
  'occurredAt',
  'outcome',
  'event',
  'partition',
  'position',
] as const)('an altered %s of an effect is located', async (field) => {
  const { fault } = await verify({
    effect: (entry) => (entry.position === 777 ? { ...entry, [field]: 'forged' } : entry),
  });
  expect(fault).toMatchObject({
    place: { kind: 'event', partition: 1, position: 777 },
    field,
    stored: 'forged',
  });
});

test('a removed effect is located, and one too many is counted', async () => {
  expect(
    (await verify({ effect: (entry) => (entry.position === 1_201 ? null : entry) })).fault,
  ).toMatchObject({
    place: { kind: 'event', position: 1_201 },
    stored: 'missing',
  });
  expect((await verify({ extraEntries: 1 })).fault).toEqual({
    place: { kind: 'count', partition: 1 },
    field: 'entries',
    stored: '1202',
    expected: '1201',
  });
  for (const extraPosition of [1_202, 9_999])
    expect((await verify({ extraPosition })).fault).toEqual({
      place: { kind: 'count', partition: 1 },
      field: 'position',
      stored: String(extraPosition),
      expected: '1201, the checkpoint, or less',
    });
});

test.each([
  'auditId',
  'tenant',
  'actor',
  'action',
  'subject',
  'outcome',
  'code',
  'requestId',
  'correlationId',
  'clientAddress',
  'count',
  'occurredAt',
  'hash',
  'previousHash',
  'sequence',
] as const)('an altered %s of a refusal is located', async (field) => {
  const { fault } = await verify({
    refusal: (entry) => (entry.sequence === 777 ? { ...entry, [field]: 'forged' } : entry),
  });
  expect(fault).toMatchObject({ place: { kind: 'refusal', sequence: 777 } });
});

test('a removed refusal is located, the last ones too', async () => {
  const without = (lost: number) => verify({ refusal: (entry) => (entry.sequence >= lost ? null : entry) });
  expect((await verify({ refusal: (entry) => (entry.sequence === 5 ? null : entry) })).fault).toMatchObject({
    place: { kind: 'refusal', sequence: 5 },
  });
  expect((await without(1_201)).fault).toMatchObject({
    place: { kind: 'refusal', sequence: 1_201 },
    stored: 'missing',
  });
  expect((await without(1)).fault).toMatchObject({ place: { kind: 'refusal', sequence: 1 } });
});

test('an altered end of the chain is located', async () => {
  expect((await verify({ head: (head) => ({ ...head, hash: 'f'.repeat(64) }) })).fault).toMatchObject({
    place: { kind: 'head' },
    field: 'hash',
  });
  expect((await verify({ head: () => ({ sequence: 0, hash: '0'.repeat(64) }) })).fault).toMatchObject({
    place: { kind: 'head' },
    field: 'sequence',
  });
});

test('stopped after every page, and gone on with from where it was, it comes to the same', async () => {
  const inParts = async (change: Parameters<typeof tampered>[1]) => {
    const options = {
      trail: tampered(trail, change),
      feed,
      sha256,
      contexts,
      mayGoOn: () => false,
      pageLimit: 100,
    };
    let verdict = await verifyAudit(options);
    let parts = 1;
    while (verdict.fault === null && !verdict.isComplete) {
      const { effectCount, count, refusals } = verdict;
      verdict = await verifyAudit({ ...options, since: { effectCount, count, refusals } });
      parts += 1;
    }
    return { ...verdict, parts };
  };
  const sound = await inParts({});
  expect(sound).toMatchObject({ ...(await verify({})) });
  // 13 pages of effects, 2 of their count, 13 of refusals; the ends of the first two come with what follows them.
  expect(sound.parts).toBeGreaterThanOrEqual(26);
  for (const change of [
    { effect: (entry: DoneEntry) => (entry.position === 777 ? null : entry) },
    { refusal: (entry: RefusedEntry) => (entry.sequence === 777 ? { ...entry, code: 'forged' } : entry) },
    { extraEntries: 1 },
  ])
    expect((await inParts(change)).fault).toEqual((await verify(change)).fault);
});
