import { depthOf, gate, isQuiet, job, jobs, recorder, setting, workOptions } from './case-setting';
import type { JobQueueTraits, OpenJobQueue } from './job-queue-under-test';

export function deliveryCases(open: OpenJobQueue, { remembersKeys, tellsAge }: JobQueueTraits): void {
  const { under } = setting(open);

  test('delivers a job as it was given', async () => {
    const { seen, handler } = recorder();
    const data = { text: 'ü "quoted" \\ 🙂', nested: { list: [1, null, true] } };
    await under().queue.enqueue([job('k1', { data })]);
    under().queue.work(workOptions(handler));
    await under().until(() => seen.length > 0);
    expect(seen).toEqual([{ queue: 'payments', name: 'authorize-at-psp', key: 'k1', data, attempt: 1 }]);
  });

  test('delivers 5,000 jobs', async () => {
    const { seen, handler } = recorder();
    const all = jobs(5_000);
    await under().queue.enqueue(all);
    under().queue.work(workOptions(handler, { concurrency: 100 }));
    await under().until(() => isQuiet(under()));
    expect(new Set(seen.map(({ key }) => key)).size).toBe(5_000);
    expect(seen).toHaveLength(5_000);
  });

  test('delivers what is enqueued while the worker waits', async () => {
    const { seen, handler } = recorder();
    under().queue.work(workOptions(handler));
    for (const next of jobs(3)) {
      await under().queue.enqueue([next]);
      await under().until(() => seen.some(({ key }) => key === next.key));
    }
    expect(seen).toHaveLength(3);
  });

  test('delivers to the queue that was named', async () => {
    const payments = recorder();
    const mail = recorder();
    under().queue.work(workOptions(payments.handler));
    under().queue.work(workOptions(mail.handler, { queue: 'mail' }));
    await under().queue.enqueue([job('k1'), job('k2', { queue: 'mail' })]);
    await under().until(() => payments.seen.length > 0 && mail.seen.length > 0);
    expect([...payments.seen, ...mail.seen].map(({ key }) => key)).toEqual(['k1', 'k2']);
  });

  test('ignores a known key in the same call', async () => {
    await under().queue.enqueue([job('k1'), job('k1', { data: { other: true } })]);
    expect(await depthOf(under())).toMatchObject({ waiting: 1, active: 0 });
  });

  const testKeys = remembersKeys ? test : test.skip;
  testKeys('ignores a known key: waiting, in progress and completed', async () => {
    const { seen, handler } = recorder();
    const held = gate();
    await under().queue.enqueue([job('k1')]);
    await under().queue.enqueue([job('k1', { data: { other: true } })]);
    expect(await depthOf(under())).toMatchObject({ waiting: 1, active: 0 });

    under().queue.work(workOptions((delivered) => handler(delivered).then(() => held.passed)));
    await under().until(() => seen.length > 0);
    await under().queue.enqueue([job('k1')]);
    expect(await depthOf(under())).toMatchObject({ waiting: 0, active: 1 });

    held.open();
    await under().until(() => isQuiet(under()));
    await under().queue.enqueue([job('k1')]);
    expect(await depthOf(under())).toMatchObject({ waiting: 0, active: 0 });
    expect(seen.map(({ data }) => data)).toEqual([{ key: 'k1' }]);
  });

  test('a key is known per queue and name', async () => {
    await under().queue.enqueue([
      job('k1'),
      job('k1', { name: 'capture-at-psp' }),
      job('k1', { queue: 'mail' }),
    ]);
    expect((await depthOf(under())).waiting).toBe(2);
    expect((await depthOf(under(), 'mail')).waiting).toBe(1);
  });

  test('a delayed job starts after its delay, and others do not wait for it', async () => {
    const started: { readonly key: string; readonly at: number }[] = [];
    const enqueuedAt = under().now();
    await under().queue.enqueue([job('late', { delayMs: 700 }), job('soon')]);
    under().queue.work(
      workOptions(({ key }) => {
        started.push({ key, at: under().now() - enqueuedAt });
        return Promise.resolve();
      }),
    );
    await under().until(() => started.length === 2);
    expect(started.map(({ key }) => key)).toEqual(['soon', 'late']);
    expect(started[1]?.at).toBeGreaterThanOrEqual(699);
  });

  test('counts what waits, is in progress and is dead, and tells the age of what could run', async () => {
    const held = gate();
    await under().queue.enqueue([...jobs(5), job('late', { delayMs: 3_600_000 })]);
    await under().during(under().work(20));
    const before = await depthOf(under());
    expect(before).toMatchObject({ waiting: 6, active: 0, dead: 0 });
    if (tellsAge) expect(before.oldestWaitingMs).toBeGreaterThanOrEqual(19);
    else expect(before.oldestWaitingMs).toBeNull();

    let started = 0;
    under().queue.work(
      workOptions(
        () => {
          started += 1;
          return held.passed;
        },
        { concurrency: 2 },
      ),
    );
    await under().until(() => started === 2);
    expect(await depthOf(under())).toMatchObject({ waiting: 4, active: 2, dead: 0 });
    held.open();
    await under().until(async () => (await depthOf(under())).waiting === 1);
    await under().until(async () => (await depthOf(under())).active === 0);
    // The one that is left is not due: nothing that could run waits.
    expect(await depthOf(under())).toMatchObject({
      waiting: 1,
      active: 0,
      oldestWaitingMs: tellsAge ? 0 : null,
    });
  });
}
