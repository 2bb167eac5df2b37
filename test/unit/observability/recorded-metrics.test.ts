import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { metricUnits } from '../../../src/core/ports/metrics';

const project = join(__dirname, '..', '..', '..');
const textOf = (folder: string): string =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(project, folder, name), 'utf8'))
    .join('\n');

const programs = ['src', 'lambdas'].map(textOf).join('\n');
const watchers = textOf('lib/observability');
const recorded = (name: string): boolean => new RegExp(`record\\([^;]*'${name}'`).test(programs);

/** Recorded by a program that a stage may not have. */
const optional = ['ReconciliationBreaks'];

test.each(Object.keys(metricUnits).filter((name) => !optional.includes(name)))(
  '%s is recorded by a program',
  (name) => {
    expect(recorded(name)).toBe(true);
  },
);

test('alarms and dashboard read only what programs record', () => {
  const read = Object.keys(metricUnits).filter((name) => watchers.includes(`'${name}'`));
  expect(read.length).toBeGreaterThan(10);
  expect(read.filter((name) => !recorded(name) && !optional.includes(name))).toEqual([]);
});
