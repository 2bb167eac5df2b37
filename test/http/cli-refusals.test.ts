import { readdir } from 'node:fs/promises';
import { version } from '../../package.json';
import { type Installation, createInstallation } from '../support/fincore-process';

const merchant = `mer_${'0'.repeat(26)}`;
const key = `key_${'0'.repeat(26)}`;

let installation: Installation;

beforeAll(async () => {
  installation = await createInstallation();
  await installation.command('merchant', 'create', '--name', 'Corner Shop');
});

afterAll(() => installation.remove());

/** Each message says what was received and what is allowed. The exit code is 2 unless the command line was in order. */
const refusals: readonly {
  readonly words: readonly string[];
  readonly mentions: readonly string[];
  readonly code?: 1;
}[] = [
  { words: [], mentions: ['Usage: fincore'] },
  { words: ['charge'], mentions: ["unknown command 'charge'", '--help'] },
  { words: ['merchant', 'create'], mentions: ["'--name <name>' not specified"] },
  {
    words: ['merchant', 'create', '--name', '  '],
    mentions: ["argument '  ' is invalid", '1 to 200 characters'],
  },
  {
    words: ['merchant', 'create', '--name', 'x'.repeat(201)],
    mentions: ['is invalid', '1 to 200 characters'],
  },
  {
    words: ['merchant', 'create', '--name', 'Shop', '--colour', 'red'],
    mentions: ["unknown option '--colour'"],
  },
  { words: ['merchant', 'key', 'list'], mentions: ["missing required argument 'merchant'"] },
  {
    words: ['merchant', 'key', 'list', 'mer_1'],
    mentions: ['"mer_1" is not an id', 'mer_ and 26 letters and digits'],
  },
  { words: ['merchant', 'key', 'list', merchant], mentions: [`no merchant ${merchant}`], code: 1 },
  { words: ['merchant', 'key', 'issue', merchant], mentions: [merchant], code: 1 },
  {
    words: ['merchant', 'key', 'issue', merchant, '--kind', 'open'],
    mentions: ["'open' is invalid", 'secret, publishable'],
  },
  {
    words: ['merchant', 'key', 'revoke', merchant, 'sk_1'],
    mentions: ['"sk_1" is not an id', 'key_ and 26 letters'],
  },
  {
    words: ['merchant', 'key', 'rotate', merchant, key, '--overlap-seconds', '1e3'],
    mentions: ["'1e3' is invalid", '0 to 604800'],
  },
  {
    words: ['merchant', 'key', 'rotate', merchant, key, '--overlap-seconds', '604801'],
    mentions: ['604801', '0 to 604800'],
  },
  {
    words: ['jobs', 'redrive', '--id', '5f0c'],
    mentions: ['no dead letter "5f0c"', 'jobs list shows every dead letter'],
    code: 1,
  },
  {
    words: ['jobs', 'resolve', '--id', '5f0c', '--reason', 'settled'],
    mentions: ['no dead letter "5f0c"'],
    code: 1,
  },
  { words: ['jobs', 'resolve', '--id', '5f0c'], mentions: ["'--reason <text>' not specified"] },
  {
    words: ['jobs', 'resolve', '--id', '5f0c', '--reason', ' '],
    mentions: ["argument ' ' is invalid", '1 to 500 characters'],
  },
  {
    words: ['jobs', 'resolve', '--id', '5f0c', '--reason', 'settled', '--by', 'a b'],
    mentions: ["argument 'a b' is invalid", '1 to 64 letters'],
  },
  {
    words: ['jobs', 'list', '--resolved', '--stage', 'dev'],
    mentions: ['--resolved reads the journal of this machine'],
  },
  {
    words: ['verify', '--interval', '5'],
    mentions: ['--interval', 'with --watch only'],
  },
  { words: ['verify', '--watch', '--indexes'], mentions: ['--indexes is not allowed with --watch'] },
  { words: ['verify', '--watch', '--interval', '0'], mentions: ["'0' is invalid", 'seconds above 0'] },
  {
    words: ['jobs', 'list', '--queue', 'mail'],
    mentions: ["'mail' is invalid", 'payments, payments-follow-up'],
  },
  { words: ['rebuild'], mentions: ["missing required argument 'reader'"] },
  { words: ['rebuild', 'journal'], mentions: ["'journal' is invalid", 'payments, ', 'ledger, audit'] },
  {
    words: ['rebuild', 'ledger', 'audit'],
    mentions: ['too many arguments', 'Expected 1 argument but got 2'],
  },
];

it.each(refusals)('fincore $words is refused', async ({ words, mentions, code: expected = 2 }) => {
  const { code, stdout, stderr } = await installation.command(...words);
  expect([code, stdout]).toEqual([expected, '']);
  for (const mention of mentions) expect(stderr).toContain(mention);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it.each([['verify'], ['verify --watch'], ['merchant list'], ['jobs list'], ['rebuild ledger']])(
  'fincore %s where nothing is installed says so, and makes nothing',
  async (words) => {
    const nothing = await createInstallation();
    try {
      const { code, stdout, stderr } = await nothing.command(...words.split(' '));
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`There is no installation in ${nothing.dataDirectory}`);
      expect(stderr).toContain('FINCORE_DATA_DIR');
      expect(await readdir(nothing.dataDirectory)).toEqual([]);
    } finally {
      await nothing.remove();
    }
  },
);

it('makes no merchant where the data folder cannot be made, and names it', async () => {
  const nowhere = await createInstallation({ FINCORE_DATA_DIR: '/proc/nope' });
  try {
    const { code, stdout, stderr } = await nowhere.command('merchant', 'create', '--name', 'Corner Shop');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The data folder /proc/nope cannot be made or written');
  } finally {
    await nowhere.remove();
  }
});

it.each(['/proc/x', '/proc/x/y'])('backup to %s says that no folder can be made there', async (folder) => {
  const { code, stdout, stderr } = await installation.command('backup', folder);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${folder} cannot be made (`);
});

it('tells its version, as the manifest of a backup does', async () => {
  for (const option of ['--version', '-v']) {
    const { code, stdout } = await installation.command(option);
    expect([code, stdout]).toEqual([0, `${version}\n`]);
  }
});

it('shows its help, as a result', async () => {
  const { code, stdout, stderr } = await installation.command('--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Usage: fincore');
});

it('lists every mistake of the configuration at once', async () => {
  const wrong = await createInstallation({ FINCORE_PORT: 'http', FINCORE_DATA_DIRECTORY: '/tmp' });
  try {
    const { code, stderr } = await wrong.command('merchant', 'list');
    expect(code).toBe(1);
    expect(stderr).toContain('FINCORE_PORT is "http"; it must be a whole number from 0 to 65535.');
    expect(stderr).toContain('did you mean FINCORE_DATA_DIR?');
  } finally {
    await wrong.remove();
  }
});

it('says which database does not answer, without its password', async () => {
  const away = await createInstallation({
    DATABASE_URL: 'postgresql://fincore:hidden-word@127.0.0.1:1/fincore',
  });
  try {
    const { code, stderr } = await away.command('merchant', 'list');
    expect(code).toBe(1);
    expect(stderr).toContain('The database 127.0.0.1:1/fincore');
    expect(stderr).toContain('correct DATABASE_URL');
    expect(stderr).toContain('because: connect ECONNREFUSED');
    expect(stderr).not.toContain('hidden-word');
    expect(stderr).not.toMatch(/^\s+at /m);
  } finally {
    await away.remove();
  }
});
