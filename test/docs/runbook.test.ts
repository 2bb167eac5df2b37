import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { cloud } from '../../bin/cloud';
import { alarmIds, runbookPage } from '../../lib/observability/alarm-catalogue';
import { readerNames } from '../../src/compose/engine';
import { createCommandLine } from '../../src/cli/command-line';

const project = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const pages = readdirSync(join(project, 'docs', 'runbook')).map((name) => `docs/runbook/${name}`);
const commandLine = createCommandLine({ print: () => undefined, tell: () => undefined }, {}, cloud);

test.each(alarmIds)('the alarm %s has a page', (id) => {
  expect(existsSync(join(project, runbookPage(id)))).toBe(true);
});

test('the index lists every alarm, by its id or as a situation of both runtimes', () => {
  const index = read('docs/runbook/README.md');
  for (const id of alarmIds) expect(index).toContain(`](${id}.md)`);
});

test('a page that speaks of an alarm of AWS belongs to one', () => {
  const ids = new Set<string>(alarmIds);
  const alone = pages
    .filter((path) => read(path).includes('## What it means\n\nOn AWS:'))
    .map((path) => path.slice('docs/runbook/'.length, -'.md'.length))
    .filter((id) => !ids.has(id));
  expect(alone).toEqual([]);
});

test.each(readerNames)('the page of a reader that is behind says what is late with the reader %s', (name) => {
  const page = read('docs/runbook/reader-behind.md');
  expect(page).toContain(`| \`${name}\` | `);
  expect(page.slice(0, page.indexOf('## Whom it hurts'))).toContain(`\`${name}\``);
});

const shellBlocks = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);

const fincoreCommands = pages.flatMap((path) =>
  shellBlocks(read(path)).flatMap((block) =>
    [...block.matchAll(/npx fincore ([^|\n]+)/g)].map(([, words = '']) => [path, words.trim()] as const),
  ),
);

test('the pages tell commands of fincore', () => {
  expect(fincoreCommands.length).toBeGreaterThan(20);
});

test.each(fincoreCommands)('%s: npx fincore %s is what there is', (_path, line) => {
  let command: Command = commandLine;
  const words = line.split(/\s+/);
  for (const word of words) {
    const child = command.commands.find((known) => known.name() === word);
    if (child === undefined) break;
    command = child;
  }
  expect(command).not.toBe(commandLine);
  const options = words.filter((word) => word.startsWith('--'));
  expect(options.filter((option) => !command.options.some(({ long }) => long === option))).toEqual([]);
});

/** What the person at the keyboard knows, sets, or reads off the step before. */
const ownWords = [
  'STAGE',
  'API',
  'KEY',
  'OPERATOR',
  'DATABASE_URL',
  'LAST_GOOD',
  'RESOURCE',
  'ROLE',
  'HOSTED_ZONE',
];

/** What `npx fincore doctor --names` tells, by the outputs of the Observability stack; see stage-outputs.ts. */
const told = [
  ...['STREAM_NAME', 'CLUSTER', 'API_SERVICE', 'RELAY_SERVICE', 'CANARY', 'BACKUP_VAULT', 'CERTIFICATE'],
  ...[
    'DEAD_LETTERS_PAYMENTS',
    'DATABASE_STORES',
    'DATABASE_LEDGER',
    'FUNCTION_WORKER_PAYMENTS',
    'FUNCTION_VERIFICATION',
  ],
  ...['LOG_PAYMENT_API', 'LOG_RELAY', 'LOG_WORKER_PAYMENTS', 'LOG_PAYMENTS', 'LOG_VERIFICATION'],
];

test.each(pages)('the commands of %s use words that are explained', (path) => {
  const unknown = shellBlocks(read(path)).flatMap((block) => {
    const set = [...block.matchAll(/^\s*(?:export )?([A-Z_]+)=/gm)].map(([, name = '']) => name);
    const known = new Set([...set, ...ownWords, ...told]);
    return [...block.matchAll(/\$\{?([A-Z][A-Z_]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !known.has(name));
  });
  expect(unknown).toEqual([]);
});
