import PgBoss from 'pg-boss';
import { createPostgresJobQueue } from '../../src/adapters/embedded/job-queue/postgres-job-queue';
import type { Job, WorkOptions } from '../../src/core/ports';
import type { BenchContext, OpenedRow, Row } from '../row';
import { median } from '../statistics';

const jobCount = 20_000;
const batchSize = 500;
const concurrency = 100;
const idleSamples = 50;

interface Measured {
  readonly enqueuedPerSecond: number;
  readonly processedPerSecond: number;
  /** From enqueueing one job to its handler, while nothing else is to be done. */
  readonly idleMs?: number;
}

interface Contender {
  readonly name: string;
  /** A slow one gets fewer jobs, so that the rounds stay close together. */
  readonly jobs: number;
  measure(where: {
    readonly connectionString: string;
    readonly schema: string;
    readonly jobs: number;
  }): Promise<Measured>;
}

const batches = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, n) =>
    items.slice(n * batchSize, (n + 1) * batchSize),
  );
const perSecond = (jobs: number, startedAt: number) => jobs / ((performance.now() - startedAt) / 1_000);
const payload = (n: number) => ({
  chargeId: `ch_${String(n).padStart(26, '0')}`,
  operation: `op_${String(n)}`,
});
/** Resolves when as many calls came as there are jobs. */
function countdown(jobs: number): { readonly done: Promise<void>; readonly hit: (times?: number) => void } {
  let left = jobs;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hit = (times = 1) => {
    left -= times;
    if (left <= 0) finish();
  };
  return { done, hit };
}

const toJob = (n: number): Job => ({
  queue: 'payments',
  name: 'authorize-at-psp',
  key: `evt_${String(n)}`,
  data: payload(n),
});

const fincore: Contender = {
  name: 'FinCore',
  jobs: jobCount,
  async measure({ connectionString, schema, jobs }) {
    const queue = await createPostgresJobQueue({ connectionString, schema, queues: ['payments'] });
    const enqueueStartedAt = performance.now();
    for (const batch of batches(Array.from({ length: jobs }, (_, n) => toJob(n)))) await queue.enqueue(batch);
    const enqueuedPerSecond = perSecond(jobs, enqueueStartedAt);

    let { done, hit } = countdown(jobs);
    const handler: WorkOptions['handler'] = () => {
      hit();
      return Promise.resolve();
    };
    const retry = { maxAttempts: 5, baseDelayMs: 100, maxDelayMs: 1_000 };
    const processStartedAt = performance.now();
    const worker = queue.work({ queue: 'payments', concurrency, leaseMs: 15_000, retry, handler });
    await done;
    // Processed means that the outcomes are durable, which stopping waits for.
    await worker.stop();
    const processedPerSecond = perSecond(jobs, processStartedAt);

    queue.work({ queue: 'payments', concurrency, leaseMs: 15_000, retry, handler });
    const waits: number[] = [];
    for (let sample = 0; sample < idleSamples; sample += 1) {
      ({ done, hit } = countdown(1));
      const enqueuedAt = performance.now();
      await queue.enqueue([toJob(jobs + sample)]);
      await done;
      waits.push(performance.now() - enqueuedAt);
    }
    await queue.close();
    return { enqueuedPerSecond, processedPerSecond, idleMs: median(waits) };
  },
};

/** pg-boss with its queue filled by `insert`; how it is emptied is up to the contender. */
const pgBoss = (
  name: string,
  jobCountOfRound: number,
  empty: (boss: PgBoss, jobs: number) => Promise<void>,
): Contender => ({
  name,
  jobs: jobCountOfRound,
  async measure({ connectionString, schema, jobs }) {
    const boss = new PgBoss({ connectionString, schema, max: 4, supervise: false, schedule: false });
    boss.on('error', console.error);
    await boss.start();
    await boss.createQueue('payments');
    const rows = Array.from({ length: jobs }, (_, n) => ({ name: 'payments', data: payload(n) }));
    const enqueueStartedAt = performance.now();
    for (const batch of batches(rows)) await boss.insert(batch);
    const enqueuedPerSecond = perSecond(jobs, enqueueStartedAt);

    const processStartedAt = performance.now();
    await empty(boss, jobs);
    const processedPerSecond = perSecond(jobs, processStartedAt);
    await boss.stop({ graceful: false });
    return { enqueuedPerSecond, processedPerSecond };
  },
});

/** As its manual has it, at its shortest polling interval, with our concurrency as the size of a batch. */
const byWork = pgBoss('pg-boss work()', Math.min(jobCount, 10 * concurrency), async (boss, jobs) => {
  const { done, hit } = countdown(jobs);
  await boss.work('payments', { batchSize: concurrency, pollingIntervalSeconds: 0.5 }, (batch) => {
    hit(batch.length);
    return Promise.resolve();
  });
  await done;
});

/** The fastest that its public calls allow: no worker, no pause, no handler. */
const byFetchAndComplete = pgBoss('pg-boss fetch + complete', jobCount, async (boss, jobs) => {
  for (let left = jobs; left > 0;) {
    const batch = await boss.fetch('payments', { batchSize: concurrency });
    if (batch.length === 0) throw new Error('the queue ran empty too early');
    await boss.complete(
      'payments',
      batch.map(({ id }) => id),
    );
    left -= batch.length;
  }
});

/** Jobs that are enqueued in batches and processed by a handler that does nothing, beside pg-boss alone. */
export const jobs: Row = {
  name: 'jobs',
  goals: {
    enqueue: { title: 'jobs enqueued in batches of 500 ÷ pg-boss insert', unit: '/s' },
    work: { title: 'jobs worked off ÷ pg-boss work()', unit: '/s' },
    fetch: { title: 'jobs worked off ÷ pg-boss fetch + complete without a worker', unit: '/s' },
    idle: { title: 'one job on an idle queue, from enqueueing to its handler', unit: 'ms' },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const connectionString = await createDatabase('bench_jobs');
  let round = 0;
  const measure = (contender: Contender, index: number) => {
    const schema = `bench_${String(round)}_${String(index)}`;
    return contender.measure({ connectionString, schema, jobs: contender.jobs });
  };
  return {
    async round() {
      round += 1;
      const ours = await measure(fincore, 0);
      const worked = await measure(byWork, 1);
      const fetched = await measure(byFetchAndComplete, 2);
      return {
        enqueue: { ours: ours.enqueuedPerSecond, limit: fetched.enqueuedPerSecond },
        work: { ours: ours.processedPerSecond, limit: worked.processedPerSecond },
        fetch: { ours: ours.processedPerSecond, limit: fetched.processedPerSecond },
        idle: { ours: ours.idleMs ?? 0 },
      };
    },
    close: () => Promise.resolve(),
  };
}
