import { depthOf, gate, isQuiet, job, jobs, recorder, setting, workOptions } from './case-setting';
import type { OpenJobQueue } from './job-queue-under-test';

export function workerCases(open: OpenJobQueue): void {
  const { under } = setting(open);

  test('keeps as many handlers busy as allowed, and never more', async () => {
    let running = 0;
    let most = 0;
    await under().queue.enqueue(jobs(60));
    under().queue.work(
      workOptions(
        async () => {
          running += 1;
          most = Math.max(most, running);
          await under().work(5);
          running -= 1;
        },
        { concurrency: 4 },
      ),
    );
    await under().until(() => isQuiet(under()));
    expect(most).toBe(4);
  });

  test('three processes on one queue never hold the same job at the same time', async () => {
    const running = new Set<string>();
    const done: string[] = [];
    let overlaps = 0;
    const handler = async ({ key }: { readonly key: string }) => {
      if (running.has(key)) overlaps += 1;
      running.add(key);
      await under().work(1);
      running.delete(key);
      done.push(key);
    };
    const queues = [under().queue, await under().another(), await under().another()];
    for (const queue of queues) queue.work(workOptions(handler, { concurrency: 7 }));
    const all = jobs(600);
    for (let from = 0; from < all.length; from += 50) {
      await queues[from % 3]?.enqueue(all.slice(from, from + 50));
    }
    await under().until(() => isQuiet(under()));
    expect(overlaps).toBe(0);
    expect(done).toHaveLength(600);
    expect(new Set(done).size).toBe(600);
  });

  test('a job whose lease ran out is delivered again, and the late outcome does not disturb', async () => {
    const late = gate();
    const second = gate();
    const attempts: number[] = [];
    await under().queue.enqueue([job('k1')]);
    under().queue.work(
      workOptions(
        async ({ attempt }) => {
          attempts.push(attempt);
          if (attempt === 1) {
            await late.passed;
            throw new Error('too late to matter');
          }
          await second.passed;
        },
        { leaseMs: 1_000, retry: { maxAttempts: 5, baseDelayMs: 1, maxDelayMs: 1 } },
      ),
    );
    await under().until(() => attempts.length === 2);
    late.open();
    await under().during(under().work(100));
    // The first handler failed meanwhile, but the job is the second's now.
    expect(await depthOf(under())).toMatchObject({ waiting: 0, active: 1 });
    second.open();
    await under().until(() => isQuiet(under()));
    expect(attempts).toEqual([1, 2]);
    expect(await depthOf(under())).toMatchObject({ dead: 0 });
  });

  test('a job that never returns within its leases is a dead letter in the end', async () => {
    const held = gate();
    let deliveries = 0;
    await under().queue.enqueue([job('k1')]);
    under().queue.work(
      workOptions(
        () => {
          deliveries += 1;
          return held.passed;
        },
        { leaseMs: 300, retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 1 } },
      ),
    );
    await under().until(async () => (await depthOf(under())).dead === 1);
    expect(deliveries).toBe(2);
    expect(await under().queue.deadLetters({ limit: 10 })).toMatchObject([
      { attempts: 2, cause: expect.stringMatching(/lease of 300 ms ran out/) as string },
    ]);
    held.open();
  });

  test('stopped, a worker fetches no more, ends what is in progress and leaves no lease', async () => {
    const held = gate();
    let started = 0;
    await under().queue.enqueue(jobs(10));
    const worker = under().queue.work(
      workOptions(
        async ({ key }) => {
          started += 1;
          await held.passed;
          if (key === 'k0' || key === 'k1' || key === 'k2') throw new Error('not yet');
        },
        { concurrency: 3, retry: { maxAttempts: 5, baseDelayMs: 1, maxDelayMs: 1 } },
      ),
    );
    await under().until(() => started === 3);
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await under().during(under().work(50));
    expect(stopped).toBe(false);
    expect(await depthOf(under())).toMatchObject({ waiting: 7, active: 3 });
    held.open();
    await under().during(stopping);
    expect(started).toBe(3);
    const after = await depthOf(under());
    expect(after.active).toBe(0);
    expect(after.waiting).toBeGreaterThanOrEqual(7);

    const { seen, handler } = recorder();
    under().queue.work(workOptions(handler));
    await under().until(() => isQuiet(under()));
    expect(seen).toHaveLength(after.waiting);
  });

  test('an idle worker stops, twice if asked', async () => {
    const worker = under().queue.work(workOptions(() => Promise.resolve()));
    await under().during(worker.stop());
    await under().during(worker.stop());
    await under().queue.enqueue([job('k1')]);
    expect((await depthOf(under())).waiting).toBe(1);
  });
}
