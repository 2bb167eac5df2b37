import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { noticeTypes } from '../../src/adapters/psp/stripe/notice';

const project = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const pagesIn = (folder: string): readonly string[] =>
  readdirSync(join(project, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => `${folder}/${name}`);

/** Every page that a person reads: the project's own, its docs, and the READMEs beside the code. */
const pages = ['.', 'docs', 'src', 'simulators', 'bench', 'test']
  .flatMap((folder) =>
    folder === '.'
      ? readdirSync(project).map((name) => name)
      : readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => !name.includes('node_modules'))
          .map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith('.md'));

const codeBlocks = /^( *)```[\s\S]*?^\1```/gm;
const links = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** As the sites that show Markdown make them. */
const anchorsOf = (page: string): readonly string[] =>
  [...page.replaceAll(codeBlocks, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );

test('there are pages to check', () => {
  expect(pages).toContain('README.md');
  expect(pages.length).toBeGreaterThan(30);
});

test.each(pages)('the links of %s lead somewhere', (path) => {
  const broken = [...read(path).replaceAll(codeBlocks, '').matchAll(links)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : relative(project, join(project, dirname(path), file));
      if (!existsSync(join(project, to))) return true;
      return anchor !== undefined && !anchorsOf(read(to)).includes(anchor);
    });
  expect(broken).toEqual([]);
});

const runbookSections = ['What it means', 'Whom it hurts', 'First steps', 'When to wake somebody'];

describe.each(pagesIn('docs/runbook'))('%s', (path) => {
  const page = read(path);

  it('has its four sections', () => {
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(runbookSections);
  });

  it('has three first steps, with a command among them', () => {
    const [, steps = ''] = /^## First steps\n([\s\S]*?)^## /m.exec(page) ?? [];
    expect([...steps.matchAll(/^(\d)\. /gm)].map(([, number]) => number)).toEqual(['1', '2', '3']);
    expect(steps).toContain('```sh\n');
  });
});

test.each([
  ['docs/runbook', pagesIn('docs/runbook')],
  ['docs/how-to', pagesIn('docs/how-to')],
  ['docs/adr', pagesIn('docs/adr')],
  ['docs/reference', pagesIn('docs/reference')],
])('the index of %s lists every page', (folder, listed) => {
  const index = read(`${folder}/README.md`);
  expect(listed.length).toBeGreaterThan(3);
  for (const page of listed) expect(index).toContain(`](${page.slice(folder.length + 1)})`);
});

test('a decision is listed under its own number and title', () => {
  const index = read('docs/adr/README.md');
  for (const path of pagesIn('docs/adr')) {
    const number = /(\d{4})-/.exec(path)?.[1] ?? '';
    expect(read(path)).toMatch(new RegExp(`^# ${number} `));
    expect(index).toContain(`[${number}](`);
  }
});

test('the page about going live names the event types that are acted on', () => {
  const [, listed = ''] =
    /these event\s+types:\n\n +```text\n([\s\S]*?)```/.exec(read('docs/how-to/go-live-with-stripe.md')) ?? [];
  expect(listed.trim().split(/\s+/)).toEqual([...noticeTypes]);
});

test('the glossary names each word once, in alphabetical order', () => {
  const words = [...read('docs/glossary.md').matchAll(/^\| ([^|]+) \|/gm)]
    .map(([, word = '']) => word.trim())
    .slice(1);
  expect(words.length).toBeGreaterThan(20);
  expect(words).toEqual([...new Set(words)].sort((left, right) => left.localeCompare(right, 'en')));
});

/** The page itself is compared with a running installation. */
test('the pages name no metric that is not on the page of metrics', () => {
  const declared = read('docs/reference/metrics.md');
  const named = pages.flatMap((path) => [
    ...read(path).matchAll(
      /\bfincore_(?:journal_|reader_|jobs|http_|charges_|provider_|verification_|database_)[a-z_]*/g,
    ),
  ]);
  expect(named.length).toBeGreaterThan(2);
  for (const [name] of named) expect(declared).toContain(`| \`${name}\` |`);
});
