import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly dev?: boolean;
  readonly license?: string;
}

/** What a company may run and pass on without further duties than naming the authors. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  '(MIT OR CC0-1.0)',
];

test('everything that is installed to run FinCore has a licence that is allowed', () => {
  const lock = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const installed = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  expect(installed.length).toBeGreaterThan(100);
  const others = installed
    .filter(([, { license = 'none' }]) => !allowed.includes(license))
    .map(([path, { license = 'none' }]) => `${path}: ${license}`);
  expect(others).toEqual([]);
});
