import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '../../src/compose/configuration-reference';

/** When this fails, `npm run docs` writes the page anew. */
test('docs/reference/configuration.md is what the configuration accepts (write it with "npm run docs")', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'configuration.md'), 'utf8');
  expect(page).toBe(configurationReference());
});
