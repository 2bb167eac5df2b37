import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databasePrograms } from '../../src/adapters/aws/database-users/program-rights';
import { recordOfEvent } from '../../src/adapters/aws/kinesis/event-record';
import { createPostgresJournal } from '../../src/adapters/postgres/journal/postgres-journal';
import type { RecordedEvent } from '../../src/core/ports';
import { type PageBlock, readBlocks } from '../support/add-a-context/page-blocks';
import { type ProjectCopy, copyProject } from '../support/add-a-context/project-copy';
import { clientSettings } from '../support/aws/emulators';
import { startSecretsManager } from '../support/aws/secrets-manager';
import { deployFunction } from '../support/cloud/deployed-function';
import { query } from '../support/embedded-postgres-directory';
import { eventually } from '../support/eventually';
import { createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';
import { type TestDatabase, createTestDatabase } from '../support/postgres';

const page = join(process.cwd(), 'docs', 'how-to', 'add-a-context.md');
const mostFilesOfOthers = 6;
const mostLines = 300;

/** What the context is about; everything else is the price of being one. */
const isDomain = ({ path }: PageBlock): boolean =>
  /^src\/(core|workflows)\/tips\//.test(path) && !/\/(context|index|read-model)\.ts$/.test(path);
const isTest = ({ path }: PageBlock): boolean => path.startsWith('test/');

const linesOf = (block: PageBlock): number =>
  block.kind === 'file'
    ? block.text.trimEnd().split('\n').length
    : block.additions.flatMap(({ lines }) => lines).length;

describe('a context that is added as the page says', () => {
  let blocks: readonly PageBlock[];
  let copy: ProjectCopy;
  let database: TestDatabase;
  beforeAll(async () => {
    blocks = await readBlocks(page);
    copy = await copyProject();
    await copy.apply(blocks);
    database = await createTestDatabase();
  }, 60_000);
  afterAll(async () => {
    await database.drop();
    await copy.remove();
  });

  test('touches few files of others, and costs few lines beside its domain', () => {
    const others = new Set(blocks.flatMap(({ kind, path }) => (kind === 'edit' ? [path] : [])));
    const sum = (some: readonly PageBlock[]) => some.reduce((lines, block) => lines + linesOf(block), 0);
    const plumbing = sum(blocks.filter((block) => !isDomain(block) && !isTest(block)));
    process.stdout.write(
      `a context: ${String(others.size)} files of others, ${String(plumbing)} lines beside its domain of ${String(sum(blocks.filter(isDomain)))}\n`,
    );
    expect(others.size).toBeLessThanOrEqual(mostFilesOfOthers);
    expect(plumbing).toBeLessThanOrEqual(mostLines);
  });

  test('compiles', async () => {
    expect(await copy.checkTypes()).toBe('');
  }, 300_000);

  test('runs without a database', async () => {
    const module = (await copy.load('test/simulation/tips/leave-a-tip.ts')) as {
      readonly leaveATip: () => Promise<unknown>;
    };
    expect(await module.leaveATip()).toEqual({
      statuses: ['thanked'],
      balance: '500',
      ledger: ['tip_jar 500', 'tips_payable 500'],
    });
  });

  test('runs on PostgreSQL: its route, its job, its list, its books', async () => {
    await copy.build();
    const installation = await createInstallation({ DATABASE_URL: database.url }, copy.folder);
    try {
      const running = await installation.start();
      const merchant = createMerchantClient(running.credentials);
      const tip = { person: 'ada', amount: 500, currency: 'EUR' };
      expect(await merchant.post('/v1/tips', tip)).toMatchObject({ status: 201, body: { object: 'tip' } });
      const tooLarge = await merchant.post('/v1/tips', { ...tip, amount: 100_001 });
      expect(tooLarge).toMatchObject({ status: 422, body: { code: 'tip_too_large' } });
      await eventually(async () => {
        const { body } = await merchant.get('/v1/tips?person=ada');
        expect(body).toMatchObject({ data: [{ ...tip, status: 'thanked' }] });
      });
      const accounts = await merchant.get('/v1/ledger/accounts');
      expect(JSON.stringify(accounts.body)).toContain('"code":"tips_payable"');
      await running.stop();
      const verified = await installation.command('verify');
      expect(verified).toMatchObject({ code: 0 });
      expect(verified.stdout).toMatch(/^ok +tips +1 tip folded again/m);
    } finally {
      await installation.remove();
    }
  }, 180_000);

  test('runs on AWS: migrations, a database user of its own, and the bundled reader', async () => {
    const secrets = await startSecretsManager();
    const names = new Map<string, string>();
    try {
      const events = await journalOf(database.url);
      const login = await migrateAsStage({ copy, database, secrets: secrets.endpoint, names });
      await query(database.url, 'TRUNCATE tips.tips; UPDATE tips.checkpoints SET position = 0');
      const reader = deployFunction({ name: 'reader', folder: copy.folder, environment: login('tips') });
      expect(await reader.invoke(streamEvent(events))).toEqual({ batchItemFailures: [] });
      await reader.stop();
      const rows = await query(database.url, 'SELECT person, status FROM tips.tips');
      expect(rows).toEqual([{ person: 'ada', status: 'thanked' }]);
    } finally {
      const users = [...names.values()].join(', ');
      if (users !== '') await query(database.url, `DROP OWNED BY ${users}; DROP ROLE ${users}`);
      await secrets.stop();
    }
  }, 120_000);
});

async function journalOf(url: string): Promise<readonly RecordedEvent[]> {
  const journal = createPostgresJournal({ connectionString: url });
  const events = await journal.read(0, 1_000);
  await journal.close();
  return events;
}

interface StageParts {
  readonly copy: ProjectCopy;
  readonly database: TestDatabase;
  /** Where Secrets Manager answers. */
  readonly secrets: string;
  /** Is told the database user of each program. */
  readonly names: Map<string, string>;
}

/** Runs the migrations of a stage, as their container does. @returns what they let a reader sign in with */
async function migrateAsStage({ copy, database, secrets, names }: StageParts) {
  const suffix = randomUUID().slice(0, 8);
  for (const program of [...databasePrograms, 'tips']) names.set(program, `fincore_${program}_${suffix}`);
  const password = randomUUID();
  const client = new SecretsManagerClient(clientSettings({ endpoint: secrets }));
  const put = (Name: string, value: object) =>
    client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
  await put('owner', { password: decodeURIComponent(new URL(database.url).password) });
  await put('programs', { password });
  client.destroy();
  const environment = (user: string | null, secret: string) => {
    const url = new URL(database.url);
    url.password = '';
    url.searchParams.set('sslmode', 'disable');
    if (user !== null) url.username = user;
    return {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
      FINCORE_STAGE: 'test',
      FINCORE_DATABASE_AUTH: 'password',
      FINCORE_DATABASE_SECRET_ARN: secret,
      ...Object.fromEntries(
        ['JOURNAL', 'READ_MODELS', 'LEDGER', 'AUDIT'].map((store) => [`FINCORE_${store}_URL`, url.href]),
      ),
    };
  };
  await promisify(execFile)(process.execPath, [join(copy.folder, 'dist', 'aws-migrate.js')], {
    env: {
      ...environment(null, 'owner'),
      FINCORE_DATABASE_USERS: JSON.stringify(Object.fromEntries(names)),
    },
  });
  for (const name of names.values()) await query(database.url, `ALTER ROLE ${name} PASSWORD '${password}'`);
  return (reader: string) => ({
    ...environment(names.get(reader) ?? '', 'programs'),
    FINCORE_READER: reader,
    FINCORE_PARKING_BUCKET: 'parked',
  });
}

/** Events as Lambda is told of them. */
const streamEvent = (events: readonly RecordedEvent[]) => ({
  Records: events.map((event) => ({
    eventID: `shardId-000000000000:${String(event.position)}`,
    kinesis: {
      sequenceNumber: String(event.position),
      partitionKey: event.stream,
      approximateArrivalTimestamp: event.recordedAt / 1_000,
      data: Buffer.from(recordOfEvent(event).data).toString('base64'),
    },
  })),
});
