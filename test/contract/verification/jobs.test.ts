import { createDispatcher, dispatchStore } from '../../../src/adapters/embedded/dispatcher/dispatcher';
import { jobId } from '../../../src/adapters/embedded/job-queue/job-id';
import { jobsStore } from '../../../src/adapters/embedded/job-queue/jobs-store';
import { enqueueJobs } from '../../../src/adapters/embedded/job-queue/queries/enqueue-jobs';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { contexts } from '../../../src/core/contexts';
import { resolveDeadLetter } from '../../../src/core/jobs';
import { type MerchantId, newId, tenantOf } from '../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../../src/core/payments';
import { toStream } from '../../../src/core/ports';
import { checkJobs } from '../../../src/verification/jobs-check';
import { createSharedFeed } from '../../../src/verification/shared-feed';
import { fromTheBeginning } from '../../../src/verification/verification-progress';
import {
  authorized,
  cancelRequested,
  captured,
  created,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../support/charges';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);

let filled: FilledStores;
let whole: WholeStores;
let asking: { readonly queue: string; readonly name: string; readonly key: string };
beforeAll(async () => {
  filled = await fillWholeStores(10);
}, 60_000);
/** Ten charges that are over, and one that the PSP has not been asked about. */
beforeEach(async () => {
  whole = await filled.copy();
  await migrate(whole.url, jobsStore);
  await migrate(whole.url, dispatchStore);
  asking = { queue: 'payments', name: 'authorize-at-psp', key: `${await appendCharge()}/1` };
  await dispatch();
});
afterEach(() => whole.close());
afterAll(() => filled.drop());

/** @returns its stream */
async function appendCharge(...following: readonly ChargeEvent[]): Promise<string> {
  const chargeId = newId('ch', whole.stores.ids);
  const stream = chargeStream(chargeId);
  await whole.stores.records.append(
    toStream({
      tenant,
      stream,
      expectedVersion: 0,
      events: [created({ chargeId }), ...following].map((event) => chargeCodec.encode(event)),
      metadata: { actor: 'key_1', correlationId: chargeId },
    }),
  );
  return stream;
}

/** Enqueues the jobs of what is new. */
async function dispatch(): Promise<void> {
  const dispatcher = createDispatcher({
    name: 'dispatcher',
    pool: whole.stores.pools.journal,
    queue: { enqueueWithin: enqueueJobs },
    jobsFor: (events) => events.flatMap(contexts.jobsFor),
  });
  const after = await dispatcher.checkpoint();
  await dispatcher.apply(after, await whole.stores.records.read(after, 100));
}

const remove = (name: string, key: string) =>
  whole.asOwner(`DELETE FROM jobs.jobs WHERE id = '${jobId({ queue: 'payments', name, key })}'`);

async function verify(): Promise<string> {
  const { stores } = whole;
  const feed = createSharedFeed(stores.records);
  const progress = fromTheBeginning();
  const finding = await checkJobs({ stores, feed, progress, mayGoOn: () => true, pageLimit: 20 });
  return finding.kind === 'fault' ? finding.fault : finding.kind;
}

test('jobs that wait, and jobs that are done, are sound', async () => {
  expect(await verify()).toBe('sound');
  await whole.asOwner(`DELETE FROM jobs.jobs WHERE id <> '${jobId(asking)}'`);
  expect(await verify()).toBe('sound');
});

test('a job that is gone without its event is a fault, unless an operator has resolved it', async () => {
  await whole.asOwner('DELETE FROM jobs.jobs');
  expect(await verify()).toBe(
    `job payments/authorize-at-psp ${asking.key} of position 51: row is missing, expected a row, or the event that ends it`,
  );
  const letter = { id: jobId(asking), job: { ...asking, data: {} }, attempts: 1, cause: 'no', failedAt: 1 };
  await resolveDeadLetter(whole.stores.records)(
    { letter, resolvedBy: 'anna', reason: 'settled', resolvedAt: 2 },
    'r1',
  );
  expect(await verify()).toBe('sound');
});

test('a key that is gone is a fault while keys are kept, and forgotten afterwards', async () => {
  await whole.asOwner(`DELETE FROM jobs.keys WHERE id = '${jobId(asking)}'`);
  expect(await verify()).toMatch(/^job payments\/authorize-at-psp \S+ of position 51: key is missing/);
  await whole.asOwner(
    `DELETE FROM jobs.keys; UPDATE journal.events SET recorded_at = recorded_at - interval '4 days' WHERE position < 51`,
  );
  expect(await verify()).toMatch(/of position 51: key is missing/);
  await whole.asOwner(
    `UPDATE journal.events SET recorded_at = recorded_at - interval '4 days' WHERE position = 51`,
  );
  // The row is looked for by its key, which is gone: the job has left no event.
  expect(await verify()).toMatch(/of position 51: row is missing/);
});

test('the job of one refund is missed, whatever becomes of another one', async () => {
  const first = refundRequested(100, refundId(1));
  const others = [refundRequested(200, refundId(2)), refundSucceeded(200, refundId(2))];
  const stream = await appendCharge(authorized(), captured(), first, ...others);
  await dispatch();
  await remove('refund-at-psp', `${stream}/5`);
  expect(await verify()).toBe('sound');
  await remove('refund-at-psp', `${stream}/4`);
  expect(await verify()).toMatch(`job payments/refund-at-psp ${stream}/4 of position`);
});

test('the job of a cancellation is missed when a payment is authorized meanwhile', async () => {
  const stream = await appendCharge(cancelRequested(), authorized());
  await dispatch();
  // A payment that is being canceled is asked for no longer.
  await remove('authorize-at-psp', `${stream}/1`);
  expect(await verify()).toBe('sound');
  await remove('cancel-at-psp', `${stream}/2`);
  expect(await verify()).toMatch(`job payments/cancel-at-psp ${stream}/2 of position`);
});
