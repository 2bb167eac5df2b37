import { RetryLater, type RetryPolicy } from '../../../src/core/ports';
import { isQuiet, job, setting, workOptions } from './case-setting';
import type { JobQueueUnderTest, OpenJobQueue } from './job-queue-under-test';

/** Clocks are read in whole milliseconds on one side and in parts of them on the other. */
const roundingMs = 2;
/** What a loaded machine may add to a wait. */
const slackMs = 2_000;

/** Fails every attempt but the last and tells how long each wait between two attempts was. */
async function observeWaits(
  under: JobQueueUnderTest,
  retry: RetryPolicy,
  failure: () => Error = () => new Error('not yet'),
): Promise<readonly number[]> {
  const waits: number[] = [];
  let failedAt = 0;
  await under.queue.enqueue([job('k1')]);
  under.queue.work(
    workOptions(
      ({ attempt }) => {
        if (attempt > 1) waits.push(under.now() - failedAt);
        failedAt = under.now();
        return attempt < retry.maxAttempts ? Promise.reject(failure()) : Promise.resolve();
      },
      { retry },
    ),
  );
  await under.until(() => isQuiet(under));
  return waits;
}

export function retryCases(open: OpenJobQueue): void {
  const { under, draw } = setting(open);

  test('waits grow by doubling up to the maximum when the draw is highest', async () => {
    draw(0.999);
    const waits = await observeWaits(under(), { maxAttempts: 5, baseDelayMs: 150, maxDelayMs: 500 });
    expect(waits).toHaveLength(4);
    [149, 299, 499, 499].forEach((expectedMs, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(expectedMs - roundingMs);
      expect(waits[index]).toBeLessThan(expectedMs + slackMs);
    });
  });

  test('does not wait at all when the draw is lowest, however long the backoff', async () => {
    draw(0);
    const waits = await observeWaits(under(), {
      maxAttempts: 4,
      baseDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
    });
    expect(waits).toHaveLength(3);
    for (const wait of waits) expect(wait).toBeLessThan(slackMs);
  });

  test('waits at least as long as the other side asked for', async () => {
    draw(0);
    const waits = await observeWaits(
      under(),
      { maxAttempts: 3, baseDelayMs: 10, maxDelayMs: 10 },
      () => new RetryLater('429', 400),
    );
    expect(waits).toHaveLength(2);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(400 - roundingMs);
      expect(wait).toBeLessThan(400 + slackMs);
    }
  });

  test('delivers again, with the attempts counted, until the handler returns', async () => {
    const attempts: number[] = [];
    await under().queue.enqueue([job('k1')]);
    under().queue.work(
      workOptions(({ attempt }) => {
        attempts.push(attempt);
        return attempt < 4 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      }),
    );
    await under().until(() => isQuiet(under()));
    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  test('takes a handler that throws before it waits for anything like any other failure', async () => {
    let calls = 0;
    await under().queue.enqueue([job('k1')]);
    under().queue.work(
      workOptions(() => {
        calls += 1;
        if (calls === 1) throw new Error('thrown, not rejected');
        return Promise.resolve();
      }),
    );
    await under().until(() => isQuiet(under()));
    expect(calls).toBe(2);
  });
}
