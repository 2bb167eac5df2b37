import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalSecrets, saveLocalSecrets } from '../../../src/operations/installation/local-secrets';

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'fincore-secrets-'));
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

test('processes that start a new installation at once have the same secrets', async () => {
  const loaded = await Promise.all(Array.from({ length: 8 }, () => loadLocalSecrets(dataDirectory)));
  expect(new Set(loaded.map(({ operatorKey }) => operatorKey)).size).toBe(1);
  expect(new Set(loaded.map(({ simulatorKey }) => simulatorKey)).size).toBe(1);
  expect(await loadLocalSecrets(dataDirectory)).toEqual(loaded[0]);
  expect(await readdir(dataDirectory)).toEqual(['secrets.json']);
});

test('what is saved is loaded again, and only its owner can read it', async () => {
  const secrets = {
    ...(await loadLocalSecrets(dataDirectory)),
    webhookEndpoints: [{ endpointId: 'we_1', secret: 'whsec_1' }],
  };
  await saveLocalSecrets(dataDirectory, secrets);
  expect(await loadLocalSecrets(dataDirectory)).toEqual(secrets);
  expect((await stat(join(dataDirectory, 'secrets.json'))).mode & 0o777).toBe(0o600);
});

test('a damaged file is refused and left as it is', async () => {
  const file = join(dataDirectory, 'secrets.json');
  await writeFile(file, '{"operatorKey":');
  await expect(loadLocalSecrets(dataDirectory)).rejects.toThrow('restore it from a backup');
  expect(await readFile(file, 'utf8')).toBe('{"operatorKey":');
});
