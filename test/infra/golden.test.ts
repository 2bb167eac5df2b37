import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCloud } from './synthesised-cloud';

const goldenFile = join(__dirname, 'golden', 'dev.json');

/** Names of assets and versions change with every line of code; what is deployed does not. */
const normalised = (template: object): unknown =>
  JSON.parse(
    JSON.stringify(template)
      .replaceAll(/[0-9a-f]{64}/g, 'HASH')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH')
      .replaceAll(/"Code":\{"Script":"(?:[^"\\]|\\.)*"/g, '"Code":{"Script":"CODE"'),
  );

it('dev is deployed as its golden template says; FINCORE_TEST_WRITE_GOLDEN=1 writes it', () => {
  const templates = [...readCloud().templates('dev')].sort(([one], [other]) => one.localeCompare(other));
  const found = Object.fromEntries(
    templates.map(([name, template]) => [name, normalised(template.toJSON())]),
  );
  if (process.env['FINCORE_TEST_WRITE_GOLDEN'] === '1')
    writeFileSync(goldenFile, `${JSON.stringify(found, null, 1)}\n`);
  expect(existsSync(goldenFile)).toBe(true);
  expect(found).toEqual(JSON.parse(readFileSync(goldenFile, 'utf8')));
});
