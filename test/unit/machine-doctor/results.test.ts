import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configuration, parseConfiguration } from '../../../src/configuration/configuration';
import { keepResult } from '../../../src/operations/kept-results';
import { examineBackup, examineVerification } from '../../../src/operations/machine-doctor/examine-results';

const now = Date.UTC(2026, 10, 30, 12);
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
});
afterEach(() => rm(dataDirectory, { recursive: true }));

function configuration(key: 'test' | 'live'): Configuration {
  const parsed = parseConfiguration({
    FINCORE_DATA_DIR: dataDirectory,
    FINCORE_PSP: 'stripe',
    STRIPE_SECRET_KEY: `sk_${key}_${'x'.repeat(24)}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${'x'.repeat(24)}`,
  });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.value;
}

const keep = (kind: 'backup' | 'verification', hours: number, sound = true) =>
  kind === 'backup'
    ? keepResult({ dataDirectory, tell }, kind, { ended_at: hoursAgo(hours), folder: '/backups/monday' })
    : keepResult({ dataDirectory, tell }, kind, { ended_at: hoursAgo(hours), sound, finding: null });
const tell = (line: string) => {
  throw new Error(line);
};

test.each([
  ['live', null, 'ill', 'none was made yet'],
  ['live', 27, 'ill', '/backups/monday, 27.0 h ago'],
  ['live', 25, 'well', '/backups/monday, 25.0 h ago'],
  ['test', 27, 'well', '/backups/monday, 27.0 h ago'],
  ['test', null, 'well', 'none was made yet; no real money is at stake'],
] as const)('with a %s key a backup of %s hours ago is %s', async (key, hours, kind, seen) => {
  if (hours !== null) await keep('backup', hours);
  expect(await examineBackup(configuration(key), now)).toEqual([expect.objectContaining({ kind, seen })]);
});

test.each([
  [null, 'ill', 'the books were never verified'],
  [25, 'well', 'sound, 25.0 h ago'],
  [27, 'ill', 'sound, but 27.0 h ago'],
] as const)('a verification of %s hours ago is %s', async (hours, kind, seen) => {
  if (hours !== null) await keep('verification', hours);
  expect(await examineVerification(configuration('test'), now)).toEqual([
    expect.objectContaining({ kind, seen }),
  ]);
});
