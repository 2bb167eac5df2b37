import { DeadLetter, type DeliveredJob } from '../../../src/core/ports';
import { depthOf, isQuiet, job, jobs, recorder, setting, testQueue, workOptions } from './case-setting';
import type { JobQueueTraits, OpenJobQueue } from './job-queue-under-test';

export function deadLetterCases(open: OpenJobQueue, { remembersKeys }: JobQueueTraits): void {
  const { under } = setting(open);
  const die = () => Promise.reject(new DeadLetter('the card number is not one'));

  test('a job that fails every attempt is kept with its data, attempts, last cause and time', async () => {
    const startedAt = Date.now();
    await under().queue.enqueue([job('k1', { data: { charge: 'ch_1' } })]);
    under().queue.work(
      workOptions(({ attempt }) => Promise.reject(new Error(`failure ${String(attempt)} \0`)), {
        retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 },
      }),
    );
    await under().until(() => isQuiet(under()));
    const dead = await under().queue.deadLetters({ limit: 10 });
    expect(dead).toEqual([
      {
        id: expect.stringMatching(/./) as string,
        job: { queue: testQueue, name: 'authorize-at-psp', key: 'k1', data: { charge: 'ch_1' } },
        attempts: 3,
        cause: expect.stringMatching(/^failure 3/) as string,
        failedAt: expect.any(Number) as number,
      },
    ]);
    expect(Math.abs((dead[0]?.failedAt ?? 0) - startedAt)).toBeLessThan(60_000);
    expect(await depthOf(under())).toMatchObject({ waiting: 0, active: 0, dead: 1 });
  });

  test('a handler can end a job at once', async () => {
    let calls = 0;
    await under().queue.enqueue([job('k1')]);
    under().queue.work(
      workOptions(() => {
        calls += 1;
        return die();
      }),
    );
    await under().until(() => isQuiet(under()));
    expect(calls).toBe(1);
    expect(await under().queue.deadLetters({ limit: 10 })).toMatchObject([
      { attempts: 1, cause: 'the card number is not one' },
    ]);
  });

  test('what is thrown without being an error is still a cause', async () => {
    await under().queue.enqueue([job('k1')]);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what libraries do is the case
    const handler = () => Promise.reject('just a text');
    under().queue.work(workOptions(handler, { retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 } }));
    await under().until(() => isQuiet(under()));
    expect(await under().queue.deadLetters({ limit: 10 })).toMatchObject([{ cause: 'just a text' }]);
  });

  test('a card number in what was thrown is kept neither for the next attempt nor in the dead letter', async () => {
    await under().queue.enqueue([job('k1')]);
    const handler = () => Promise.reject(new Error('the bank refused 4242 4242 4242 4242 today'));
    under().queue.work(workOptions(handler, { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 1 } }));
    await under().until(() => isQuiet(under()));
    expect(await under().queue.deadLetters({ limit: 10 })).toMatchObject([
      { attempts: 2, cause: 'the bank refused [card number removed] today' },
    ]);
  });

  test('a poison job in a batch of ten does not hold up the other nine', async () => {
    const completed: DeliveredJob[] = [];
    await under().queue.enqueue(jobs(10));
    under().queue.work(
      workOptions(
        (delivered) => {
          if (delivered.key === 'k4') return Promise.reject(new Error('poison'));
          completed.push(delivered);
          return Promise.resolve();
        },
        { retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 } },
      ),
    );
    await under().until(() => isQuiet(under()));
    expect(completed.map(({ key }) => key).sort()).toEqual([
      'k0',
      'k1',
      'k2',
      'k3',
      'k5',
      'k6',
      'k7',
      'k8',
      'k9',
    ]);
    expect(completed.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(await under().queue.deadLetters({ limit: 10 })).toMatchObject([
      { job: { key: 'k4' }, attempts: 3, cause: 'poison' },
    ]);
  });

  test('lists by queue, the newest first, and no more than asked for', async () => {
    under().queue.work(workOptions(die, { concurrency: 1 }));
    under().queue.work(workOptions(die, { queue: 'mail' }));
    for (const key of ['first', 'second']) {
      await under().queue.enqueue([job(key)]);
      await under().until(() => isQuiet(under()));
      await under().during(under().work(5));
    }
    await under().queue.enqueue([job('letter', { queue: 'mail' })]);
    await under().until(async () => (await depthOf(under(), 'mail')).dead === 1);
    const keys = async (query: { readonly queue?: string; readonly limit: number }) =>
      (await under().queue.deadLetters(query)).map((record) => record.job.key);
    expect(await keys({ queue: testQueue, limit: 10 })).toEqual(['second', 'first']);
    expect(await keys({ queue: testQueue, limit: 1 })).toEqual(['second']);
    expect((await keys({ limit: 10 })).sort()).toEqual(['first', 'letter', 'second']);
  });

  const testKeys = remembersKeys ? test : test.skip;
  testKeys('a dead letter keeps its key', async () => {
    await under().queue.enqueue([job('k1')]);
    const worker = under().queue.work(workOptions(die));
    await under().until(() => isQuiet(under()));
    await under().during(worker.stop());
    await under().queue.enqueue([job('k1')]);
    expect(await depthOf(under())).toMatchObject({ waiting: 0, dead: 1 });
  });

  test('redriven, all of a queue run again with fresh attempts, once each', async () => {
    await under().queue.enqueue(jobs(3));
    const failing = under().queue.work(workOptions(die));
    await under().until(() => isQuiet(under()));
    await under().during(failing.stop());

    expect(await under().queue.redrive({ queue: 'mail' })).toBe(0);
    expect(await under().queue.redrive({ queue: testQueue })).toBe(3);
    expect(await depthOf(under())).toMatchObject({ waiting: 3, active: 0, dead: 0 });
    const { seen, handler } = recorder();
    under().queue.work(workOptions(handler));
    await under().until(() => isQuiet(under()));
    expect(seen.map(({ key, attempt }) => [key, attempt]).sort()).toEqual([
      ['k0', 1],
      ['k1', 1],
      ['k2', 1],
    ]);
    expect(await under().queue.deadLetters({ limit: 10 })).toEqual([]);
    expect(await under().queue.redrive({ queue: testQueue })).toBe(0);
  });

  test('one can be redriven by its id, and wakes a worker that waits', async () => {
    let broken = true;
    const { seen, handler } = recorder();
    await under().queue.enqueue(jobs(3));
    under().queue.work(workOptions((delivered) => (broken ? die() : handler(delivered))));
    await under().until(() => isQuiet(under()));
    const [first] = await under().queue.deadLetters({ limit: 1 });
    broken = false;
    expect(await under().queue.redrive({ id: 'no such id' })).toBe(0);
    expect(await under().queue.redrive({ id: first?.id ?? 'none' })).toBe(1);
    await under().until(() => seen.length > 0);
    expect(seen.map(({ key }) => key)).toEqual([first?.job.key]);
    expect((await depthOf(under())).dead).toBe(2);
  });

  test('one can be resolved: it is kept first, is a dead letter no more, and nobody tries it again', async () => {
    await under().queue.enqueue(jobs(3));
    const failing = under().queue.work(workOptions(die));
    await under().until(() => isQuiet(under()));
    await under().during(failing.stop());
    const letters = await under().queue.deadLetters({ limit: 10 });
    const chosen = letters[1];
    const kept: unknown[] = [];
    const keep = (letter: unknown) => Promise.resolve(void kept.push(letter));

    expect(await under().queue.resolve('no such id', keep)).toBe(false);
    await expect(
      under().queue.resolve(chosen?.id ?? '', () => Promise.reject(new Error('the journal is away'))),
    ).rejects.toThrow('the journal is away');
    expect((await depthOf(under())).dead).toBe(3);
    expect(await under().queue.resolve(chosen?.id ?? '', keep)).toBe(true);

    expect(kept).toEqual([chosen]);
    expect(await under().queue.resolve(chosen?.id ?? '', keep)).toBe(false);
    expect((await depthOf(under())).dead).toBe(2);
    expect(await under().queue.redrive({})).toBe(2);
    const { seen, handler } = recorder();
    under().queue.work(workOptions(handler));
    await under().until(() => isQuiet(under()));
    expect(seen.map(({ key }) => key)).not.toContain(chosen?.job.key);
  });
}
