import type { JsonObject } from '../../../src/core/kernel';
import type { Job, WorkOptions } from '../../../src/core/ports';
import { gate, isQuiet, job, setting, workOptions } from './case-setting';
import type { OpenJobQueue } from './job-queue-under-test';

const ofTenant = (tenant: string, count: number): Job[] =>
  Array.from({ length: count }, (_, n) => job(`${tenant}-${String(n)}`, { data: { tenant } }));

const tenantOf = ({ tenant }: JsonObject): string => (typeof tenant === 'string' ? tenant : 'none');

/** Handlers that end one by one, when the case lets them, and the tenants in the order in which their jobs started. */
function controlled(): {
  readonly started: string[];
  readonly handler: WorkOptions['handler'];
  /** Ends the handler of this tenant that runs the longest. */
  readonly end: (tenant: string) => void;
  readonly endAll: () => void;
} {
  const started: string[] = [];
  let running: { readonly tenant: string; readonly gate: ReturnType<typeof gate> }[] = [];
  let isOpen = false;
  return {
    started,
    handler: ({ data }) => {
      const tenant = tenantOf(data);
      started.push(tenant);
      if (isOpen) return Promise.resolve();
      const held = gate();
      running.push({ tenant, gate: held });
      return held.passed;
    },
    end: (tenant) => {
      const index = running.findIndex((each) => each.tenant === tenant);
      running.splice(index, 1)[0]?.gate.open();
    },
    endAll: () => {
      isOpen = true;
      for (const each of running) each.gate.open();
      running = [];
    },
  };
}

export function laneCases(open: OpenJobQueue): void {
  const { under } = setting(open);

  test('one job of a tenant starts with the first, however many of another came before it', async () => {
    const { started, handler, endAll } = controlled();
    await under().queue.enqueue(ofTenant('a', 1_500));
    await under().queue.enqueue(ofTenant('b', 1));
    under().queue.work(workOptions(handler, { concurrency: 4 }));
    await under().until(() => started.length === 4);
    expect([...started].sort()).toEqual(['a', 'a', 'a', 'b']);
    endAll();
    await under().until(() => isQuiet(under()));
    expect(started).toHaveLength(1_501);
  });

  test('a job that comes while a backlog holds every place is the next to start', async () => {
    const { started, handler, end, endAll } = controlled();
    await under().queue.enqueue(ofTenant('a', 200));
    under().queue.work(workOptions(handler, { concurrency: 4 }));
    await under().until(() => started.length === 4);
    await under().queue.enqueue(ofTenant('b', 3));
    end('a');
    await under().until(() => started.length === 5);
    end('a');
    await under().until(() => started.length === 6);
    expect(started.slice(4)).toEqual(['b', 'b']);
    // Each has two places now. One that b's job leaves is b's again; one that a's leaves is a's.
    end('b');
    await under().until(() => started.length === 7);
    end('a');
    await under().until(() => started.length === 8);
    expect(started.slice(6)).toEqual(['b', 'a']);
    endAll();
    await under().until(() => isQuiet(under()));
  });

  test('three lanes with backlogs share the places', async () => {
    const { started, handler, endAll } = controlled();
    for (const tenant of ['a', 'b', 'c']) await under().queue.enqueue(ofTenant(tenant, 50));
    under().queue.work(workOptions(handler, { concurrency: 9 }));
    await under().until(() => started.length === 9);
    expect([...started].sort().join('')).toBe('aaabbbccc');
    endAll();
    await under().until(() => isQuiet(under()));
    expect(started).toHaveLength(150);
  });

  test('a lane has no more places than allowed, and another one starts in those that are left', async () => {
    const { started, handler, end, endAll } = controlled();
    await under().queue.enqueue(ofTenant('a', 20));
    under().queue.work(workOptions(handler, { concurrency: 4, laneConcurrency: 3 }));
    await under().until(() => started.length >= 3);
    await under().queue.enqueue(ofTenant('b', 1));
    await under().until(() => started.length === 4);
    end('b');
    await under().queue.enqueue(ofTenant('c', 1));
    await under().until(() => started.length === 5);
    expect(started).toEqual(['a', 'a', 'a', 'b', 'c']);
    endAll();
    await under().until(() => isQuiet(under()));
    expect(started).toHaveLength(22);
  });

  test('a lane that a job names comes before the tenant', async () => {
    const { started, handler, endAll } = controlled();
    const toEndpoint = (endpoint: string, n: number) =>
      job(`${endpoint}-${String(n)}`, { data: { tenant: endpoint }, lane: `tenant-1/${endpoint}` });
    await under().queue.enqueue(Array.from({ length: 50 }, (_, n) => toEndpoint('slow', n)));
    await under().queue.enqueue([toEndpoint('quick', 0)]);
    under().queue.work(workOptions(handler, { concurrency: 2 }));
    await under().until(() => started.length === 2);
    expect([...started].sort()).toEqual(['quick', 'slow']);
    endAll();
    await under().until(() => isQuiet(under()));
  });

  test('retries keep their lane', async () => {
    const started: string[] = [];
    const held = gate();
    await under().queue.enqueue(ofTenant('a', 1));
    under().queue.work(
      workOptions(
        ({ data, attempt }) => {
          started.push(`${tenantOf(data)}${String(attempt)}`);
          if (attempt === 1) return Promise.reject(new Error('not yet'));
          return held.passed;
        },
        { concurrency: 2, laneConcurrency: 1, retry: { maxAttempts: 5, baseDelayMs: 0, maxDelayMs: 0 } },
      ),
    );
    await under().until(() => started.length === 2);
    await under().queue.enqueue([...ofTenant('a', 2).slice(1), ...ofTenant('b', 1)]);
    await under().until(() => started.length >= 3);
    expect(started.slice(0, 3)).toEqual(['a1', 'a2', 'b1']);
    held.open();
    await under().until(() => isQuiet(under()));
  });
}
