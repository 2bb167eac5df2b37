import { createGroupCommit } from '../../../src/adapters/postgres/journal/group-commit';
import { operatorTenant } from '../../../src/core/kernel';
import type { Submission } from '../../../src/adapters/postgres/journal/submission';
import { toStream } from '../../../src/core/ports';

/** A journal whose commits end when the test says so. */
function openJournal(batchLimit = 500) {
  const commits: { readonly size: number; end(): Promise<void> }[] = [];
  let streams = 0;
  const writer = createGroupCommit({
    batchLimit,
    queueLimit: 5_000,
    isContentError: () => false,
    write: (batch) =>
      new Promise((resolve) => {
        commits.push({
          size: batch.length,
          async end() {
            const accepted = batch.map((_, index) => index);
            resolve({ accepted, insufficient: [], positionBefore: 0, recordedAt: 0 });
            await turn();
          },
        });
      }),
  });
  return {
    sizes: () => commits.map(({ size }) => size),
    endNewest: () => commits.at(-1)?.end(),
    async submit(count: number): Promise<void> {
      for (let n = 0; n < count; n += 1) void writer.submit(submissionTo(`stream-${String((streams += 1))}`));
      await turn();
    },
  };
}

const submissionTo = (stream: string): Submission => ({
  append: toStream({
    tenant: operatorTenant,
    stream,
    expectedVersion: 0,
    events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
    metadata: { actor: 'test', correlationId: 'c' },
  }),
  effects: [],
  net: [],
});

/** Anyone who was woken has gone on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what comes while a commit is in flight goes together in the next', async () => {
  const journal = openJournal();
  await journal.submit(1);
  await journal.submit(3);
  await journal.submit(4);
  expect(journal.sizes()).toEqual([1]);
  await journal.endNewest();
  expect(journal.sizes()).toEqual([1, 7]);
});

test('one large batch and one small one by turns even out', async () => {
  const journal = openJournal();
  await journal.submit(8);
  await journal.submit(56);
  for (let round = 0; round < 3; round += 1) {
    // Those who are answered ask again while the next batch is in flight.
    const answered = journal.sizes().at(-1) ?? 0;
    await journal.endNewest();
    await journal.submit(answered);
  }
  expect(journal.sizes()).toEqual([8, 32, 32, 32]);
});

test('a few are not divided', async () => {
  const journal = openJournal();
  await journal.submit(1);
  await journal.submit(30);
  await journal.endNewest();
  expect(journal.sizes()).toEqual([1, 30]);
});

test('no batch is larger than the limit', async () => {
  const journal = openJournal(5);
  await journal.submit(12);
  await journal.endNewest();
  await journal.endNewest();
  expect(journal.sizes()).toEqual([5, 5, 2]);
});
