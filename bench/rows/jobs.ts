import type { Pool } from 'pg';
import {
  type PostgresJobQueue,
  createPostgresJobQueue,
} from '../../src/adapters/embedded/job-queue/postgres-job-queue';
import { jobsStore } from '../../src/adapters/embedded/job-queue/jobs-store';
import { completeJobs } from '../../src/adapters/embedded/job-queue/queries/complete-jobs';
import { leaseJobs } from '../../src/adapters/embedded/job-queue/queries/lease-jobs';
import { migrate } from '../../src/adapters/postgres/migrate';
import { openPool } from '../../src/adapters/postgres/pool';
import type { Job, WorkOptions } from '../../src/core/ports';
import type { BenchContext, OpenedRow, Row } from '../row';
import { median } from '../statistics';

const jobCount = 20_000;
const batchSize = 500;
const concurrency = 100;
const idleSamples = 50;
const backlogOfOne = 1_500;
const slowJobMs = 200;
const retry = { maxAttempts: 5, baseDelayMs: 100, maxDelayMs: 1_000 };
const queueName = 'payments';

const batches = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, n) =>
    items.slice(n * batchSize, (n + 1) * batchSize),
  );
const perSecond = (jobs: number, startedAt: number) => jobs / ((performance.now() - startedAt) / 1_000);

const jobOf = (tenant: string, key: string): Job => ({
  queue: queueName,
  name: 'authorize-at-psp',
  key,
  data: { tenant, chargeId: `ch_${key.padStart(26, '0')}`, correlationId: key, causationId: key },
});

/** Resolves when as many calls came as there are jobs. */
function countdown(jobs: number): { readonly done: Promise<void>; readonly hit: () => void } {
  let left = jobs;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hit = () => {
    left -= 1;
    if (left <= 0) finish();
  };
  return { done, hit };
}

/** Jobs that are enqueued in batches and worked off by a handler that does nothing, beside the statements alone. */
export const jobs: Row = {
  name: 'jobs',
  goals: {
    enqueue: { title: 'jobs enqueued in batches of 500 ÷ rows inserted alone', unit: '/s' },
    work: {
      title: 'jobs worked off ÷ leased and completed without a worker, 100 at a time',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.7, of: 'ratio' },
    },
    idle: { title: 'one job on an idle queue, from enqueueing to its handler', unit: 'ms' },
    fair: {
      title: 'one job beside 1,500 slow ones of another tenant, from enqueueing to its handler',
      unit: 'ms',
      bound: { kind: 'at_most', value: 50, of: 'ours' },
    },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const connectionString = await createDatabase('bench_jobs');
  await migrate(connectionString, jobsStore);
  const pool = openPool({ connectionString, size: 1, applicationName: 'fincore-bench' });
  const queue = createPostgresJobQueue({ connectionString, queues: [queueName] });
  let round = 0;
  return {
    async round() {
      round += 1;
      const statements = await statementsAlone(pool);
      const enqueued = await enqueueAll(queue, `${String(round)}-`);
      const worked = await workOff(queue);
      const idle = await idleMs(queue, `${String(round)}-idle-`);
      const fair = await besideBacklogMs(queue, `${String(round)}-fair-`);
      return {
        enqueue: { ours: enqueued, limit: statements.inserted },
        work: { ours: worked, limit: statements.worked },
        idle: { ours: idle },
        fair: { ours: fair },
      };
    },
    async close() {
      await queue.close();
      await pool.end();
    },
  };
}

async function statementsAlone(pool: Pool): Promise<{ readonly inserted: number; readonly worked: number }> {
  const insertedFrom = performance.now();
  for (let from = 0; from < jobCount; from += batchSize)
    await pool.query(
      `WITH made AS (
         INSERT INTO jobs.keys (id) SELECT gen_random_uuid() FROM generate_series(1, $1) RETURNING id
       )
       INSERT INTO jobs.jobs (id, queue, lane, name, key, data, state, due_at)
       SELECT id, '${queueName}', 'mer_1', 'authorize-at-psp', id::text,
         json_build_object('tenant', 'mer_1', 'chargeId', id, 'correlationId', id, 'causationId', id), 'ready', now()
       FROM made`,
      [batchSize],
    );
  const inserted = perSecond(jobCount, insertedFrom);
  const workedFrom = performance.now();
  const share = { lane: 'mer_1', most: concurrency };
  for (let left = jobCount, dueFrom = 0; left > 0;) {
    const shares = [{ ...share, dueFrom }];
    const leased = await leaseJobs(pool, { queue: queueName, shares, leaseMs: 15_000, maxAttempts: 5 });
    await completeJobs(
      pool,
      leased.map(({ id }) => id),
    );
    dueFrom = leased[0]?.dueAt ?? 0;
    left -= leased.length;
  }
  return { inserted, worked: perSecond(jobCount, workedFrom) };
}

async function enqueueAll(queue: PostgresJobQueue, prefix: string): Promise<number> {
  const all = Array.from({ length: jobCount }, (_, n) => jobOf('mer_1', `${prefix}${String(n)}`));
  const startedAt = performance.now();
  for (const batch of batches(all)) await queue.enqueue(batch);
  return perSecond(jobCount, startedAt);
}

const start = (queue: PostgresJobQueue, handler: WorkOptions['handler'], more: Partial<WorkOptions> = {}) =>
  queue.work({ queue: queueName, concurrency, leaseMs: 15_000, retry, handler, ...more });

/** Processed means that the outcomes are durable, which stopping waits for. */
async function workOff(queue: PostgresJobQueue): Promise<number> {
  const { done, hit } = countdown(jobCount);
  const startedAt = performance.now();
  const worker = start(queue, () => {
    hit();
    return Promise.resolve();
  });
  await done;
  await worker.stop();
  return perSecond(jobCount, startedAt);
}

async function idleMs(queue: PostgresJobQueue, prefix: string): Promise<number> {
  const waits: number[] = [];
  let hit = (): void => undefined;
  const worker = start(queue, () => {
    hit();
    return Promise.resolve();
  });
  for (let sample = 0; sample < idleSamples; sample += 1) {
    const next = countdown(1);
    hit = next.hit;
    const enqueuedAt = performance.now();
    await queue.enqueue([jobOf('mer_1', `${prefix}${String(sample)}`)]);
    await next.done;
    waits.push(performance.now() - enqueuedAt);
  }
  await worker.stop();
  return median(waits);
}

/** As the engine works: a tenant that is alone leaves a quarter of the places free. */
async function besideBacklogMs(queue: PostgresJobQueue, prefix: string): Promise<number> {
  const { done, hit } = countdown(backlogOfOne);
  let arrived = (): void => undefined;
  const slow = Array.from({ length: backlogOfOne }, (_, n) => jobOf('mer_1', `${prefix}${String(n)}`));
  for (const batch of batches(slow)) await queue.enqueue(batch);
  const handler: WorkOptions['handler'] = async ({ data }) => {
    if (data['tenant'] === 'mer_2') {
      arrived();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, slowJobMs));
    hit();
  };
  const worker = start(queue, handler, { laneConcurrency: 0.75 * concurrency });
  const waits: number[] = [];
  for (let sample = 0; sample < 10; sample += 1) {
    await new Promise((resolve) => setTimeout(resolve, slowJobMs));
    const next = countdown(1);
    arrived = next.hit;
    const enqueuedAt = performance.now();
    await queue.enqueue([jobOf('mer_2', `${prefix}other-${String(sample)}`)]);
    await next.done;
    waits.push(performance.now() - enqueuedAt);
  }
  await done;
  await worker.stop();
  return median(waits);
}
