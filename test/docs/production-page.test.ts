import { readFileSync } from 'node:fs';
import { scripts } from '../../package.json';
import { configurationEntries } from '../../src/configuration/configuration-entries';

const page = readFileSync('docs/how-to/run-in-production.md', 'utf8');
const dockerfile = readFileSync('machine.Dockerfile', 'utf8');
/** `npm start`, without the shell's `exec`. */
const words = scripts.start.split(' ').slice(1);

test('the unit and the image start what npm start starts', () => {
  expect(page).toContain(`ExecStart=/usr/bin/${words.join(' ')}\n`);
  const entryPoint = /^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]';
  expect(JSON.parse(entryPoint)).toEqual(words);
});

test('the system waits longer for the program than the program waits for its work', () => {
  const drainMs = configurationEntries.shutdownTimeoutMs.default;
  expect(page).toContain(`(${String(drainMs / 1_000)} seconds)`);
  for (const [, seconds] of page.matchAll(/(?:TimeoutStopSec=|--stop-timeout )(\d+)/g))
    expect(Number(seconds) * 1_000).toBeGreaterThan(2 * drainMs);
});

test('the image knows no variable that FinCore does not know', () => {
  const known = Object.values(configurationEntries).map(({ name }) => name);
  const named = [...`${dockerfile}${page}`.matchAll(/\bFINCORE_[A-Z_]+/g)].map(([name]) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
