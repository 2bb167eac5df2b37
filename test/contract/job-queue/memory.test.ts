import { createMemoryJobQueue, type MemoryJobQueue } from '../../../src/adapters/memory/job-queue';
import { depthOf, isQuiet, job, jobs, recorder, workOptions } from './case-setting';
import type { JobQueueUnderTest } from './job-queue-under-test';
import { jobQueueContract } from './job-queue.contract';
import { createVirtualTime } from './virtual-time';

interface MemoryUnderTest extends JobQueueUnderTest {
  readonly queue: MemoryJobQueue;
}

function openMemory(random: () => number): MemoryUnderTest {
  const time = createVirtualTime(Date.now());
  const queue = createMemoryJobQueue({ clock: time.now, random, schedule: time.schedule });
  return {
    queue,
    another: () => Promise.resolve(queue),
    now: time.now,
    work: (durationMs) =>
      new Promise((resolve) => {
        time.schedule(durationMs, resolve);
      }),
    until: time.until,
    during: async (promise) => {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      await time.until(() => settled);
      return promise;
    },
    close: () => Promise.resolve(),
  };
}

jobQueueContract('memory', ({ random }) => Promise.resolve(openMemory(random)));

test('jobs of a killed worker are delivered again when their leases end, and it is heard no more', async () => {
  const under = openMemory(() => 0);
  await under.queue.enqueue([job('k1')]);
  let release: () => void = () => undefined;
  const killed = under.queue.work(
    workOptions(() => new Promise<void>((resolve) => (release = resolve)), { leaseMs: 15_000 }),
  );
  await under.until(async () => (await depthOf(under)).active === 1);
  const killedAt = under.now();
  killed.kill();
  release();
  const { seen, handler } = recorder();
  under.queue.work(workOptions(handler));
  await under.until(() => seen.length > 0);
  expect(seen).toMatchObject([{ key: 'k1', attempt: 2 }]);
  expect(under.now() - killedAt).toBe(15_000);
});

test('runs on real timers when no schedule is given', async () => {
  const queue = createMemoryJobQueue({ clock: Date.now, random: () => 0 });
  const { seen, handler } = recorder();
  const worker = queue.work(workOptions(handler));
  const done = new Promise<void>((resolve) => {
    queue.work(workOptions(() => Promise.resolve().then(resolve), { queue: 'mail' }));
  });
  await queue.enqueue([...jobs(3), job('last', { queue: 'mail', delayMs: 20 })]);
  await done;
  await worker.stop();
  expect(seen).toHaveLength(3);
});

test('the same calls give the same order of deliveries', async () => {
  const run = async () => {
    let drawn = 0;
    const under = openMemory(() => (drawn = (drawn + 0.37) % 1));
    const order: string[] = [];
    await under.queue.enqueue(jobs(50));
    under.queue.work(
      workOptions(
        ({ key, attempt }) => {
          order.push(`${key}/${String(attempt)}`);
          return attempt < 3 ? Promise.reject(new Error('again')) : Promise.resolve();
        },
        { retry: { maxAttempts: 5, baseDelayMs: 100, maxDelayMs: 1_000 } },
      ),
    );
    await under.until(() => isQuiet(under));
    return order;
  };
  const first = await run();
  expect(first).toHaveLength(150);
  expect(await run()).toEqual(first);
});
