import { DeadLetter, type DeliveredJob, type MetricName, RetryLater } from '../../../src/core/ports';
import { observedJobs } from '../../../src/runtime/observed-jobs';

const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const job: DeliveredJob = {
  queue: 'payments',
  name: 'authorize-at-psp',
  key: 'charge-ch_1/1',
  attempt: 3,
  data: {
    tenant: 'mer_1_test',
    chargeId: 'ch_1',
    correlationId: 'c-1',
    causationId: 'charge-ch_1/1',
    trace,
    note: 'a payer wrote this',
  },
};

let lines: { level: string; facts: Record<string, unknown>; message: string }[];
let counted: MetricName[];
let now: number;

beforeEach(() => {
  lines = [];
  counted = [];
  now = 0;
});

const attempt = (outcome: Error | null) => {
  const write = (level: string) => (facts: object, message: string) =>
    lines.push({ level, facts: { ...facts }, message });
  const handler = observedJobs(() => (outcome === null ? Promise.resolve() : Promise.reject(outcome)), {
    log: { debug: write('debug'), info: write('info'), warn: write('warn') },
    metrics: { record: (name) => counted.push(name) },
    clock: () => (now += 7),
  });
  return handler(job);
};

const known = {
  queue: 'payments',
  job: 'authorize-at-psp',
  key: 'charge-ch_1/1',
  attempt: 3,
  tenant: 'mer_1_test',
  chargeId: 'ch_1',
  correlationId: 'c-1',
  causationId: 'charge-ch_1/1',
  trace,
  elapsedMs: 7,
};

test('a job that is done is one line under its correlation id, without the rest of its data', async () => {
  await attempt(null);
  expect(lines).toEqual([{ level: 'debug', facts: known, message: 'a job is done' }]);
  expect(counted).toEqual(['JobsDone']);
});

test('a job that asks for another attempt is counted and no cause for alarm', async () => {
  await expect(attempt(new RetryLater('the payer has not acted yet'))).rejects.toThrow(RetryLater);
  expect(lines).toEqual([
    { level: 'debug', facts: { ...known, cause: 'the payer has not acted yet' }, message: 'a job waits' },
  ]);
  expect(counted).toEqual(['JobsRetried']);
});

test('a failure is a warning with its error', async () => {
  const error = new Error('broken');
  await expect(attempt(error)).rejects.toBe(error);
  expect(lines).toEqual([{ level: 'warn', facts: { ...known, err: error }, message: 'a job failed' }]);
  expect(counted).toEqual(['JobsRetried']);
});

test('a job that no attempt can help is not counted as tried again', async () => {
  await expect(attempt(new DeadLetter('there is no charge'))).rejects.toThrow(DeadLetter);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([['warn', 'a job cannot be done']]);
  expect(counted).toEqual(['JobsDead']);
});
