import { createHash, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import {
  type PostgresJournal,
  createPostgresJournal,
} from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { type MerchantId, type TenantId, tenantOf } from '../../../src/core/kernel';
import {
  type Append,
  type AppendOutcome,
  type Feed,
  type Journal,
  type RecordedEvent,
  type GuardedBalances,
} from '../../../src/core/ports';
import { type Move, effectsOfMoved, moved } from '../../support/moved';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

const merchantId = 'mer_00000000000000000000000001' as MerchantId;
const tenants: readonly TenantId[] = [tenantOf(merchantId, false), tenantOf(merchantId, true)];

/** An append as it is drawn; which version it expects is said relative to what the stream has. */
interface Drawn {
  readonly streams: readonly number[];
  readonly tenant: number;
  readonly offBy: number;
  readonly count: number;
  readonly key: number | null;
  readonly body: number;
  readonly data: fc.JsonValue;
  /** What the first event does to balances. */
  readonly moves: readonly Move[];
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  streams: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }),
  tenant: fc.nat(1),
  offBy: fc.constantFrom(0, 0, 0, 0, 0, -1, 1, 2),
  count: fc.integer({ min: 1, max: 3 }),
  key: fc.option(fc.nat(5), { nil: null, freq: 1 }),
  body: fc.constantFrom(0, 0, 0, 1),
  // PostgreSQL refuses NUL in text, and the API never lets it in. JSON has no -0: it is written as 0.
  data: fc
    .json()
    .filter((json) => !json.includes('\\u0000'))
    .map((json): fc.JsonValue => JSON.parse(json) as fc.JsonValue),
  moves: fc.oneof(
    fc.constant([]),
    fc.array(
      fc.record({
        balance: fc.constantFrom('one', 'other', 'third'),
        deltaMinor: fc.integer({ min: -60, max: 80 }),
        floorMinor: fc.constantFrom(0, 0, 0, -20, 10, null),
      }),
      { maxLength: 4 },
    ),
  ),
});
/** What one process submits without waiting for an answer in between, several times over. */
const rounds = fc.array(fc.array(drawn, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 });

const hash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);

/** Balances belong to their run. */
const named = (run: string, moves: readonly Move[]) =>
  moved(...moves.map((move) => ({ ...move, balance: `${run}:${move.balance}` })));

/** @param versionOf how many events a stream has */
const appendOf = (run: string, draw: Drawn, versionOf: (stream: string) => number): Append => ({
  tenant: tenants[draw.tenant] ?? tenants[0] ?? tenantOf(merchantId, false),
  writes: draw.streams.map((number, index) => {
    const stream = `stream-${run}-${String(number)}`;
    const events = Array.from({ length: draw.count }, (_, n) => ({
      type: 'Drawn',
      schemaVersion: 1,
      data: { n, value: draw.data },
    }));
    return {
      stream,
      expectedVersion: Math.max(0, versionOf(stream) + (index === 0 ? draw.offBy : 0)),
      events: index === 0 ? [named(run, draw.moves), ...events] : events,
    };
  }),
  metadata: { actor: 'test', correlationId: run },
  ...(draw.key !== null && {
    idempotency: {
      keyHash: hash(`${run} key ${String(draw.key)}`),
      requestHash: hash(`body ${String(draw.body)}`),
      answer: {
        status: 201,
        body: `answer ${String(draw.key)} ${String(draw.body)} ${String(draw.count)}`,
      },
    },
  }),
});

/** Positions count from where the run began, and the hour is each journal's own. */
const comparable = (outcome: AppendOutcome, before: number) =>
  outcome.kind === 'appended'
    ? { kind: outcome.kind, versions: outcome.versions, position: outcome.position - before }
    : outcome;
const withoutTime = ({ recordedAt: _, position, ...event }: RecordedEvent, before: number) => ({
  ...event,
  position: position - before,
});

describe('a PostgreSQL journal does what a memory journal does', () => {
  let database: TestDatabase;
  let postgres: PostgresJournal;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, journalStore);
    postgres = createPostgresJournal({ connectionString: database.url, effectsOf: effectsOfMoved });
  });
  afterAll(async () => {
    await postgres.close();
    await database.drop();
  });

  test('for any appends, one after the other or side by side in some order, and for every way to read them', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, fc.nat(12), fc.integer({ min: 1, max: 9 }), async (story, after, limit) => {
        const run = randomUUID();
        const memory = createMemoryJournal({ clock: () => 1, effectsOf: effectsOfMoved });
        const before = await postgres.head();
        for (const round of story) {
          const appends = await Promise.all(
            round.map(async (draw) => {
              const versions = await versionsOf(memory, run, draw);
              return appendOf(run, draw, (stream) => versions.get(stream) ?? 0);
            }),
          );
          const outcomes = await Promise.all(appends.map((append) => postgres.append(append)));
          await expectSerial(
            memory,
            appends.map((append, index) => ({
              append,
              outcome: comparable(outcomes[index] ?? { kind: 'conflict' }, before),
            })),
          );
        }
        expect((await postgres.head()) - before).toBe(await memory.head());
        await expectSameReads({ memory, postgres, before, run, after, limit });
      }),
      { numRuns: 60 },
    );
  });
});

type WholeJournal = Journal & Feed & GuardedBalances;
type Comparable = ReturnType<typeof comparable>;
interface Submitted {
  readonly append: Append;
  readonly outcome: Comparable;
}

/**
 * Appends that were submitted side by side ended as if one had followed the other: those that were written, in the
 * order of their positions, and each of the others at some moment between them.
 */
async function expectSerial(memory: WholeJournal, submitted: readonly Submitted[]): Promise<void> {
  const written = submitted
    .filter(({ outcome }) => outcome.kind === 'appended')
    .sort((left, right) => positionOf(left) - positionOf(right));
  const others = submitted
    .filter(({ outcome }) => outcome.kind !== 'appended')
    .map((other) => ({ ...other, possible: [] as Comparable[] }));
  const consider = async () => {
    for (const { append, possible } of others) possible.push(await outcomeWithout(memory, append));
  };
  await consider();
  for (const { append, outcome } of written) {
    expect(comparable(await memory.append(append), 0)).toEqual(outcome);
    await consider();
  }
  for (const { outcome, possible } of others) expect(possible).toContainEqual(outcome);
}

const positionOf = ({ outcome }: Submitted): number => (outcome.kind === 'appended' ? outcome.position : 0);

/** How an append would end now, without making it. */
async function outcomeWithout(memory: WholeJournal, append: Append): Promise<Comparable> {
  const known = append.idempotency === undefined ? null : await memory.findAnswer(append.idempotency);
  if (known !== null) return known;
  for (const { stream, expectedVersion } of append.writes)
    if ((await lengthOf(memory, stream)) !== expectedVersion) return { kind: 'conflict' };
  return (await shortfall(memory, append)) ?? { kind: 'appended', versions: [], position: 0 };
}

/** Walks through the effects on each balance one by one, as somebody with a pencil would. */
async function shortfall(
  memory: GuardedBalances,
  { tenant, writes }: Append,
): Promise<Extract<AppendOutcome, { kind: 'insufficient' }> | null> {
  const effects = writes.flatMap(({ stream, events }) =>
    events.flatMap((event) => effectsOfMoved({ tenant, stream, ...event })),
  );
  for (const balance of new Set(effects.map((effect) => effect.balance))) {
    let amount = await memory.readBalance(tenant, balance);
    for (const { deltaMinor, floorMinor } of effects.filter((effect) => effect.balance === balance)) {
      if (deltaMinor < 0n && floorMinor !== null && amount + deltaMinor < floorMinor)
        return { kind: 'insufficient', balance, availableMinor: amount - floorMinor };
      amount += deltaMinor;
    }
  }
  return null;
}

async function versionsOf(journal: Journal, run: string, { streams }: Drawn): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  for (const number of streams) {
    const stream = `stream-${run}-${String(number)}`;
    versions.set(stream, await lengthOf(journal, stream));
  }
  return versions;
}

async function lengthOf(journal: Journal, stream: string): Promise<number> {
  const events = await Promise.all(tenants.map((tenant) => journal.readStream(tenant, stream)));
  return events.reduce((sum, { length }) => sum + length, 0);
}

async function expectSameReads(options: {
  readonly memory: WholeJournal;
  readonly postgres: WholeJournal;
  readonly before: number;
  readonly run: string;
  readonly after: number;
  readonly limit: number;
}): Promise<void> {
  const { memory, postgres, before, run, after, limit } = options;
  for (const [from, count] of [
    [0, 500],
    [after, limit],
  ] as const) {
    const [expected, found] = [await memory.read(from, count), await postgres.read(before + from, count)];
    expect(found.map((event) => withoutTime(event, before))).toEqual(
      expected.map((event) => withoutTime(event, 0)),
    );
  }
  for (let stream = 0; stream < 4; stream += 1)
    for (const tenant of tenants) {
      const name = `stream-${run}-${String(stream)}`;
      const [expected, found] = [
        await memory.readStream(tenant, name),
        await postgres.readStream(tenant, name),
      ];
      expect(found.map((event) => withoutTime(event, before))).toEqual(
        expected.map((event) => withoutTime(event, 0)),
      );
    }
  for (const tenant of tenants) {
    const page = { after: `${run}:`, limit: 3 };
    const found = await postgres.listBalances(tenant, page);
    expect(found.filter(({ balance }) => balance.startsWith(run))).toEqual(
      await memory.listBalances(tenant, page),
    );
  }
  for (let key = 0; key < 6; key += 1)
    for (const body of [0, 1]) {
      const request = {
        keyHash: hash(`${run} key ${String(key)}`),
        requestHash: hash(`body ${String(body)}`),
      };
      expect(await postgres.findAnswer(request)).toEqual(await memory.findAnswer(request));
    }
}
