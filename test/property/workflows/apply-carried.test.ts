import * as fc from 'fast-check';
import { createMemoryAudit } from '../../../src/adapters/memory/audit';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import { createMemoryPayments } from '../../../src/adapters/memory/payments';
import { sha256 } from '../../../src/adapters/postgres/sha256';
import type { Reader, RecordedEvent } from '../../../src/core/ports';
import { applyCarried } from '../../../src/runtime/apply-carried';
import { play, steps } from '../../contract/payments/random-history';

/** What a stream does to the journal's events on their way to the readers. */
interface Carriage {
  readonly shardCount: number;
  /** Turned over for every event: the shard's number, whether the event is lost, how often it is delivered, its place. */
  readonly fates: readonly { readonly shard: number; readonly isLost: boolean; readonly place: number }[];
  readonly batchSizes: readonly number[];
  /** Every n-th batch is delivered again, after the one that follows it. */
  readonly repeatEvery: number;
  readonly batchLimit: number;
}

const carriage: fc.Arbitrary<Carriage> = fc.record({
  shardCount: fc.integer({ min: 1, max: 4 }),
  fates: fc.array(
    fc.record({
      shard: fc.nat(100),
      isLost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      place: fc.nat(1_000_000),
    }),
    { minLength: 1, maxLength: 100 },
  ),
  batchSizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
  repeatEvery: fc.integer({ min: 1, max: 4 }),
  batchLimit: fc.integer({ min: 1, max: 50 }),
});

/** The batches of each shard, as they arrive: split, thinned out, shuffled and repeated. */
function carry(events: readonly RecordedEvent[], how: Carriage): RecordedEvent[][][] {
  const shards = Array.from({ length: how.shardCount }, (): { place: number; event: RecordedEvent }[] => []);
  events.forEach((event, index) => {
    const fate = how.fates[index % how.fates.length];
    if (fate === undefined || fate.isLost) return;
    shards[fate.shard % how.shardCount]?.push({ place: fate.place + index, event });
  });
  return shards.map((shard) => {
    const shuffled = shard.toSorted((left, right) => left.place - right.place).map(({ event }) => event);
    const batches: RecordedEvent[][] = [];
    for (let from = 0, turn = 0; from < shuffled.length; turn += 1) {
      const size = how.batchSizes[turn % how.batchSizes.length] ?? 1;
      batches.push(shuffled.slice(from, from + size));
      from += size;
    }
    return batches.flatMap((batch, index) =>
      index % how.repeatEvery === 0 ? [batch, batches[index + 1] ?? batch, batch] : [batch],
    );
  });
}

/** The three readers of the AWS runtime, and everything that they derived. */
function createReaders() {
  const payments = createMemoryPayments();
  const ledger = createMemoryLedger({ sha256 });
  const audit = createMemoryAudit({ ids: createSeededIds() });
  const readers: readonly Reader[] = [payments.reader, ledger.reader, audit.reader];
  return {
    readers,
    derived: () => ({ payments: payments.rows, ledger: ledger.rows, audit: audit.effects() }),
  };
}

test('any split over shards, loss, repetition and shuffle ends as the embedded runtime does', async () => {
  const filled = { fromBatch: 0, fromJournal: 0, moved: 0 };
  await fc.assert(
    fc.asyncProperty(steps(120), carriage, async (history, how) => {
      const journal = createMemoryJournal({ clock: () => 1 });
      await play(journal, history);
      const events = await journal.read(0, 100_000);
      const head = events.length;

      const embedded = createReaders();
      for (const reader of embedded.readers) if (head > 0) await reader.apply(0, events);

      const carried = createReaders();
      for (const reader of carried.readers) {
        const counting: Reader = {
          ...reader,
          async apply(from, batch) {
            const outcome = await reader.apply(from, batch);
            if (outcome === 'moved') filled.moved += 1;
            return outcome;
          },
        };
        const shards = carry(events, how).map(async (batches) => {
          for (const batch of batches) {
            const outcome = await applyCarried(counting, journal, batch, { batchLimit: how.batchLimit });
            expect(outcome.end).toEqual({ kind: 'reached' });
            filled.fromBatch += outcome.fromBatch;
            filled.fromJournal += outcome.fromJournal;
          }
        });
        await Promise.all(shards);
        // What was lost at the very end is brought by whatever is carried next, or by a batch that knows of a loss.
        await applyCarried(counting, journal, [], { through: head, batchLimit: how.batchLimit });
        expect(await reader.checkpoint()).toBe(head);
      }
      expect(carried.derived()).toEqual(embedded.derived());
    }),
    { numRuns: 150 },
  );
  // The property would hold of a reader that ignores what is carried; all three ways were taken.
  expect(Math.min(filled.fromBatch, filled.fromJournal, filled.moved)).toBeGreaterThan(0);
});
