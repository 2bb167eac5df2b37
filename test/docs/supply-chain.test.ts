import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const project = join(__dirname, '..', '..');
const npmTimeoutMs = 120_000;

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly object[];
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

test(
  'the bill of materials lists all that is needed to run FinCore with its licence, and the lock holds the hash of each',
  () => {
    const bill = JSON.parse(
      execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
        cwd: project,
        encoding: 'utf8',
        timeout: npmTimeoutMs,
        maxBuffer: 64 * 1_048_576,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { readonly bomFormat: string; readonly components: readonly Component[] };
    expect(bill.bomFormat).toBe('CycloneDX');
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, LockedPackage>>;
    };
    const needed = Object.entries(lock.packages)
      .filter(
        ([path, { dev, devOptional, optional }]) => path !== '' && !(dev ?? devOptional ?? optional ?? false),
      )
      .map(([path, { version, integrity }]) => ({
        name: `${path.split('node_modules/').at(-1) ?? ''}@${String(version)}`,
        integrity,
      }));
    expect(needed.length).toBeGreaterThan(100);
    const licensed = bill.components.filter(({ licenses = [] }) => licenses.length > 0);
    const listed = new Set(licensed.map(({ name, version }) => `${name}@${version}`));
    expect(needed.map(({ name }) => name).filter((name) => !listed.has(name))).toEqual([]);
    expect(needed.filter(({ integrity }) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
  },
  npmTimeoutMs,
);

/** How secrets look of which nobody makes up an example by accident. @source the issuers' published formats */
const secretShapes: Readonly<Record<string, RegExp>> = {
  'private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}/,
  'AWS access key': /\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b/,
  'live key of Stripe': /\b(?:sk|rk)_live_[0-9A-Za-z]{20,}/,
  'test key of Stripe': /\bsk_test_(?:51|4e)[0-9A-Za-z]{20,}/,
  'webhook secret of Stripe': /\bwhsec_[0-9A-Za-z+/]{32,}/,
  'token of GitHub': /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,})/,
  'token of npm': /\bnpm_[0-9A-Za-z]{36}\b/,
  'token of Slack': /\bxox[abprs]-[0-9A-Za-z-]{20,}/,
  'key of Google': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'signed token': /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/,
};

const largestTextBytes = 4 * 1_048_576;

test('no file that is kept holds a secret', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: project, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && path !== 'package-lock.json');
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((path) => {
    const file = join(project, path);
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts?.isFile() !== true || facts.size > largestTextBytes) return [];
    const text = readFileSync(file, 'utf8');
    return Object.entries(secretShapes).flatMap(([what, shape]) =>
      shape.test(text) ? [`${path}: ${what}`] : [],
    );
  });
  expect(found).toEqual([]);
});

test.each([
  ['private key', ['-----BEGIN PRIVATE', `KEY-----\n${'M'.repeat(64)}`].join(' ')],
  ['AWS access key', `AKIA${'Q'.repeat(16)}`],
  ['live key of Stripe', ['sk', 'live', 'a1'.repeat(12)].join('_')],
  ['test key of Stripe', ['sk', 'test', `51${'a1'.repeat(12)}`].join('_')],
  ['webhook secret of Stripe', `whsec_${'a1'.repeat(16)}`],
  ['token of GitHub', `ghp_${'a1'.repeat(18)}`],
  ['token of npm', `npm_${'a1'.repeat(18)}`],
  ['token of Slack', `xoxb-${'1'.repeat(24)}`],
  ['key of Google', `AIza${'a'.repeat(35)}`],
  ['signed token', ['eyJ', 'eyJ', ''].map((begin) => begin + 'a'.repeat(24)).join('.')],
])('the search for secrets knows a %s', (what, secret) => {
  expect(secretShapes[what]?.test(`before ${secret} after`)).toBe(true);
});
