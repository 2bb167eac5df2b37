import { createHash, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { createIds } from '../../../src/adapters/embedded/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { type MerchantId, newId, tenantOf } from '../../../src/core/kernel';
import { createCharge } from '../../../src/core/payments';
import type { Feed, Journal, RecordedEvent } from '../../../src/core/ports';
import { anyAmount, asked, eur } from '../../support/charges';
import { createTestDatabase } from '../../support/postgres';

const ids = createIds();
const merchantId = 'mer_00000000000000000000000001' as MerchantId;
const tenants = [tenantOf(merchantId, false), tenantOf(merchantId, true)] as const;

/** A request to make a charge. Anyone who repeats it with the same tenant, key and amount repeats the request. */
interface Request {
  readonly tenant: 0 | 1;
  readonly key: number;
  readonly amount: 100 | 200;
  /** Which of the processes takes it. */
  readonly process: 0 | 1;
}
const requests: fc.Arbitrary<readonly Request[]> = fc.array(
  fc.record({
    tenant: fc.constantFrom(0 as const, 0 as const, 1 as const),
    key: fc.nat(2),
    amount: fc.constantFrom(100 as const, 100 as const, 100 as const, 200 as const),
    process: fc.constantFrom(0 as const, 1 as const),
  }),
  { minLength: 2, maxLength: 16 },
);

const hash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);

/** As the API does it: a fresh id for each attempt, and an answer that names it. */
async function ask(journal: Journal, run: string, request: Request) {
  const tenant = tenants[request.tenant];
  const chargeId = newId('ch', ids);
  const handled = await createCharge(journal, { livemode: request.tenant === 1, ...anyAmount })(
    asked({ chargeId, amount: eur(request.amount), livemode: request.tenant === 1 }),
    {
      tenant,
      metadata: { actor: 'test', correlationId: run },
      idempotency: {
        keyHash: hash(`${run} ${tenant} ${String(request.key)}`),
        requestHash: hash(`amount ${String(request.amount)}`),
        answer: () => ({ status: 201, body: `{"id":"${chargeId}"}` }),
      },
    },
  );
  switch (handled.kind) {
    case 'done':
      return { request, kind: 'done' as const, body: handled.answer?.body ?? '' };
    case 'replayed':
      return { request, kind: 'replayed' as const, body: handled.answer.body };
    case 'key_reused':
      return { request, kind: 'key_reused' as const, body: '' };
    case 'refused':
      throw new Error(`a new charge is not refused: ${handled.refusal.code}`);
  }
}

/** One effect for each tenant and key; anyone who asked the same got its answer, no matter who asked for something else did not. */
function expectOneEffectPerKey(
  answers: readonly Awaited<ReturnType<typeof ask>>[],
  events: readonly RecordedEvent[],
): void {
  const scopes = new Map<string, (typeof answers)[number][]>();
  for (const answer of answers) {
    const scope = `${String(answer.request.tenant)} ${String(answer.request.key)}`;
    scopes.set(scope, [...(scopes.get(scope) ?? []), answer]);
  }
  const made = events.filter(({ type }) => type === 'ChargeCreated');
  expect(made).toHaveLength(scopes.size);
  for (const asked of scopes.values()) {
    const effects = asked.filter(({ kind }) => kind === 'done');
    expect(effects).toHaveLength(1);
    const [effect] = effects;
    if (effect === undefined) return;
    const charge = made.find(
      ({ data }) => typeof data.chargeId === 'string' && effect.body.includes(data.chargeId),
    );
    expect(charge).toMatchObject({ tenant: tenants[effect.request.tenant] });
    for (const answer of asked)
      if (answer.request.amount === effect.request.amount) expect(answer.body).toBe(effect.body);
      else expect(answer.kind).toBe('key_reused');
  }
}

async function readAfter(feed: Feed, position: number): Promise<readonly RecordedEvent[]> {
  return feed.read(position, 500);
}

test('in memory, however the steps of requests interleave, each key has one effect', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.scheduler(), async (asked, scheduler) => {
      const journal = createMemoryJournal({ clock: () => 1 });
      // Every call that matters to a key waits for its turn, which the scheduler draws.
      const inTurns: Journal = {
        ...journal,
        append: scheduler.scheduleFunction((call: Parameters<Journal['append']>[0]) => journal.append(call)),
        findAnswer: scheduler.scheduleFunction((call: Parameters<Journal['findAnswer']>[0]) =>
          journal.findAnswer(call),
        ),
      };
      const answers = Promise.all(asked.map((request) => ask(inTurns, 'run', request)));
      await scheduler.waitFor(answers);
      expectOneEffectPerKey(await answers, await readAfter(journal, 0));
    }),
    { numRuns: 300 },
  );
});

test('on PostgreSQL, whichever of two processes takes which request, each key has one effect', async () => {
  const database = await createTestDatabase();
  await migrate(database.url, journalStore);
  const processes = [0, 1].map(() => createPostgresJournal({ connectionString: database.url }));
  try {
    await fc.assert(
      fc.asyncProperty(requests, fc.scheduler(), async (asked, scheduler) => {
        const run = randomUUID();
        const [first] = processes;
        if (first === undefined) throw new Error('two processes');
        const before = await first.head();
        // Requests set out in an order that the scheduler draws; what follows is the database's race.
        const setOut = scheduler.scheduleFunction((request: Request) => Promise.resolve(request));
        const answers = Promise.all(
          asked.map(async (request) => {
            const { process } = await setOut(request);
            return ask(processes[process] ?? first, run, request);
          }),
        );
        await scheduler.waitFor(answers);
        expectOneEffectPerKey(await answers, await readAfter(first, before));
      }),
      { numRuns: 60 },
    );
  } finally {
    await Promise.all(processes.map((journal) => journal.close()));
    await database.drop();
  }
});
