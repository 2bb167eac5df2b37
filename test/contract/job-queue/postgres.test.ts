import { Client } from 'pg';
import {
  createPostgresJobQueue,
  type PostgresJobQueue,
  type PostgresJobQueueOptions,
} from '../../../src/adapters/embedded/job-queue/postgres-job-queue';
import { jobsStore } from '../../../src/adapters/embedded/job-queue/jobs-store';
import { leaseJobs } from '../../../src/adapters/embedded/job-queue/queries/lease-jobs';
import { type DeliveredJob, DeadLetter, silentLog } from '../../../src/core/ports';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { inTransaction, openPool } from '../../../src/adapters/postgres/pool';
import { eventually } from '../../support/eventually';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { depthOf, gate, isQuiet, job, jobs, recorder, testQueue, workOptions } from './case-setting';
import type { JobQueueUnderTest } from './job-queue-under-test';
import { jobQueueContract } from './job-queue.contract';

interface PostgresUnderTest extends JobQueueUnderTest {
  readonly queue: PostgresJobQueue;
  another(): Promise<PostgresJobQueue>;
}

let database: TestDatabase;
let admin: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, jobsStore);
  admin = new Client({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Real time: a test waits for what it expects, and no longer. */
async function openPostgres(options: Partial<PostgresJobQueueOptions> = {}): Promise<PostgresUnderTest> {
  await admin.query('TRUNCATE jobs.jobs, jobs.keys');
  const opened: PostgresJobQueue[] = [];
  const another = () => {
    const queue = createPostgresJobQueue({
      connectionString: database.url,
      queues: [testQueue],
      pollIntervalMs: 200,
      ...options,
    });
    opened.push(queue);
    return Promise.resolve(queue);
  };
  return {
    queue: await another(),
    another,
    now: () => performance.now(),
    work: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    until: (condition) =>
      eventually(
        async () => {
          if (!(await condition())) throw new Error('the condition does not hold yet');
        },
        { timeoutMs: 30_000, intervalMs: 5 },
      ),
    during: (promise) => promise,
    close: async () => {
      await Promise.all(opened.map((queue) => queue.close()));
    },
  };
}

jobQueueContract('PostgreSQL', ({ random }) => openPostgres({ random }));

describe('PostgreSQL job queue', () => {
  let under: PostgresUnderTest;

  beforeEach(async () => {
    under = await openPostgres();
  });
  afterEach(async () => {
    await under.close();
  });

  /** What the server's restart does to every connection of the queue. */
  const killConnections = async () => {
    const killed = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'fincore-jobs%' AND datname = current_database()`,
    );
    return killed.rowCount;
  };

  const inCallersTransaction = async (enqueued: readonly string[], commit: boolean) => {
    const pool = openPool({ connectionString: database.url, size: 1, applicationName: 'caller' });
    try {
      await inTransaction(pool, async (client) => {
        await under.queue.enqueueWithin(
          client,
          enqueued.map((key) => job(key)),
        );
        if (!commit) throw new Error('rolled back');
      });
    } finally {
      await pool.end();
    }
  };

  test('jobs enqueued within a transaction exist when it commits, and only then', async () => {
    await expect(inCallersTransaction(['k1'], false)).rejects.toThrow('rolled back');
    expect(await depthOf(under)).toMatchObject({ waiting: 0 });
    await inCallersTransaction(['k1', 'k2'], true);
    expect(await depthOf(under)).toMatchObject({ waiting: 2 });
  });

  test('a commit wakes the workers of other processes without polling', async () => {
    const other = createPostgresJobQueue({ connectionString: database.url, pollIntervalMs: 3_600_000 });
    try {
      const { seen, handler } = recorder();
      other.work(workOptions(handler));
      await inCallersTransaction(['k1'], true);
      await under.until(() => seen.length === 1);
      await under.queue.enqueue([job('k2')]);
      await under.until(() => seen.length === 2);
    } finally {
      await other.close();
    }
  });

  test('what a killed process held is delivered again when its lease ends by the database clock', async () => {
    const { seen, handler } = recorder();
    await under.queue.enqueue(jobs(3));
    const pool = openPool({ connectionString: database.url, size: 1, applicationName: 'killed' });
    const held = await leaseJobs(pool, {
      queue: testQueue,
      shares: [{ lane: testQueue, most: 10, dueFrom: 0 }],
      leaseMs: 1_500,
      maxAttempts: 5,
    });
    await pool.end();
    expect(held.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    const leasedAt = performance.now();
    under.queue.work(workOptions(handler));
    await under.until(() => isQuiet(under));
    const waitedMs = performance.now() - leasedAt;
    expect(seen.map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
    expect(waitedMs).toBeGreaterThan(1_400);
    expect(waitedMs).toBeLessThan(4_000);
  });

  test('goes on after all its connections were cut, and writes the outcomes of what was in progress', async () => {
    const held = gate();
    const completed: string[] = [];
    let started = 0;
    await under.queue.enqueue(jobs(5));
    under.queue.work(
      workOptions(async ({ key, attempt }) => {
        started += 1;
        await held.passed;
        completed.push(`${key}/${String(attempt)}`);
      }),
    );
    await under.until(() => started === 5);
    expect(await killConnections()).toBeGreaterThan(0);
    held.open();
    await under.until(() => isQuiet(under).catch(() => false));
    expect(completed.sort()).toEqual(['k0/1', 'k1/1', 'k2/1', 'k3/1', 'k4/1']);
    await eventually(() => under.queue.enqueue([job('after')]));
    await under.until(() => completed.includes('after/1'));
  });

  test('two processes may enqueue the same job of a new queue at the same time', async () => {
    const both = [under.queue, await under.another()];
    await Promise.all(both.map((queue) => queue.enqueue([job('k1', { queue: 'new-queue' })])));
    expect(await under.queue.depths()).toMatchObject([
      { queue: 'new-queue', waiting: 1 },
      { queue: testQueue, waiting: 0 },
    ]);
  });

  test('notifications that name no job are ignored', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_: object, line: string) => void warnings.push(line) };
    const listening = await openPostgres({ log, pollIntervalMs: 60_000 });
    const { seen, handler } = recorder();
    try {
      await listening.queue.enqueue([job('first')]);
      listening.queue.work(workOptions(handler));
      await listening.until(() => seen.length === 1);
      const texts = ['x', '', '1', 'null', '[]', '["payments"]', '["payments",{},"soon"]'];
      await listening.until(async () => {
        for (const text of texts) await admin.query("SELECT pg_notify('jobs', $1)", [text]);
        return warnings.length >= texts.length;
      });
      await listening.queue.enqueue([job('second')]);
      await listening.until(() => seen.length === 2);
    } finally {
      await listening.close();
    }
  });

  test('a lease writes no index entry', async () => {
    const counted = async () => {
      const { rows } = await admin.query<{ updated: number; hot: number }>(
        `SELECT n_tup_upd::integer AS updated, n_tup_hot_upd::integer AS hot
         FROM pg_stat_user_tables WHERE schemaname = 'jobs' AND relname = 'jobs'`,
      );
      return rows[0] ?? { updated: 0, hot: 0 };
    };
    const before = await counted();
    await under.queue.enqueue(jobs(500));
    const worker = under.queue.work(workOptions(() => Promise.resolve(), { concurrency: 100 }));
    await under.until(() => isQuiet(under));
    await worker.stop();
    // A connection reports what it counted when it ends.
    await under.close();
    await eventually(async () =>
      expect((await counted()).updated - before.updated).toBeGreaterThanOrEqual(500),
    );
    const after = await counted();
    expect(after.hot - before.hot).toBe(after.updated - before.updated);
  });

  test('batches that share keys in any order do not deadlock', async () => {
    const other = await under.another();
    const all = jobs(300);
    const shuffled = [...all].reverse();
    for (let round = 0; round < 5; round += 1) {
      const ofRound = (list: typeof all) =>
        list.map((one) => ({ ...one, key: `${one.key}-${String(round)}` }));
      await Promise.all([under.queue.enqueue(ofRound(all)), other.enqueue(ofRound(shuffled))]);
    }
    expect((await depthOf(under)).waiting).toBe(1_500);
  });

  test('closes every connection, once, and takes no more workers', async () => {
    under.queue.work(workOptions(() => Promise.resolve()));
    const first = under.queue.close();
    expect(under.queue.close()).toBe(first);
    await first;
    await eventually(async () => {
      const open = await admin.query(
        `SELECT FROM pg_stat_activity
         WHERE application_name LIKE 'fincore-jobs%' AND datname = current_database()`,
      );
      expect(open.rowCount).toBe(0);
    });
    expect(() => under.queue.work(workOptions(() => Promise.resolve()))).toThrow(/closed/);
  });

  test('forgets the keys of completed jobs after their time, and never of what waits or is dead', async () => {
    const errors: string[] = [];
    const short = await openPostgres({
      keepKeysDays: 1 / 86_400,
      maintenanceIntervalMs: 300,
      log: { ...silentLog, error: (_facts, message) => errors.push(message) },
    });
    try {
      const { handler } = recorder();
      const deadOrDone = (one: DeliveredJob) =>
        one.key === 'dead' ? Promise.reject(new DeadLetter('no')) : handler(one);
      await short.queue.enqueue([job('done'), job('dead'), job('waits', { delayMs: 3_600_000 })]);
      const worker = short.queue.work(workOptions(deadOrDone));
      await short.until(async () => (await depthOf(short)).dead === 1);
      await worker.stop();
      // Its key is forgotten with it: only then does the same job count as a new one.
      await short.until(async () => {
        await short.queue.enqueue([job('done'), job('dead'), job('waits')]);
        return (await depthOf(short)).waiting === 2;
      });
      expect(await depthOf(short)).toMatchObject({ waiting: 2, dead: 1 });
      expect(errors).toEqual(['a job is a dead letter']);
    } finally {
      await short.close();
    }
  });
});
