import { Gauge, Registry } from 'prom-client';
import { createScrape } from '../../../src/operations/metrics/scrape';

/** A scrape of one metric each, whose database answers as `ask` does. */
function scrapeWith(ask: (set: (value: number) => void) => Promise<() => void>, timeoutMs?: number) {
  const [process, database] = [new Registry(), new Registry()];
  new Gauge({ name: 'own', help: 'h', registers: [process] }).set(7);
  const asked = new Gauge({ name: 'asked', help: 'h', registers: [database] });
  return createScrape({
    process,
    database,
    ask: () => ask((value) => asked.set(value)),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

test('tells what the process and the database know', async () => {
  const text = await scrapeWith((set) => Promise.resolve(() => set(3)))();
  expect(text).toMatch(/^own 7$/m);
  expect(text).toMatch(/^asked 3$/m);
  expect(text).toMatch(/^fincore_database_answers 1$/m);
});

test.each<readonly [string, () => Promise<() => void>]>([
  ['fails', () => Promise.reject(new Error('connection refused'))],
  ['keeps silent', () => new Promise(() => undefined)],
])('tells of the process alone while the database %s, and says so', async (_, ask) => {
  const text = await scrapeWith(ask, 20)();
  expect(text).toMatch(/^own 7$/m);
  expect(text).not.toContain('asked');
  expect(text).toMatch(/^fincore_database_answers 0$/m);
});

test('an old value of the database is not told for a new one, and it comes back', async () => {
  let isAway = false;
  const scrape = scrapeWith((set) =>
    isAway ? Promise.reject(new Error('connection refused')) : Promise.resolve(() => set(3)),
  );
  expect(await scrape()).toContain('asked 3');
  isAway = true;
  expect(await scrape()).not.toContain('asked');
  isAway = false;
  expect(await scrape()).toContain('asked 3');
});
