import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BackupDamaged } from '../../../src/adapters/embedded/backup/backup-damaged';
import { checkBackup } from '../../../src/adapters/embedded/backup/check-backup';
import {
  type Manifest,
  backupFormat,
  manifestName,
  manifestSumName,
  manifestSumText,
  manifestText,
} from '../../../src/adapters/embedded/backup/manifest';
import { writeSealed } from '../../../src/adapters/embedded/backup/sealed-file';
import { parseConfiguration } from '../../../src/configuration/configuration';
import { restore } from '../../../src/operations/restore';

const table = 'tables/journal.events';
const file = 'data/secrets.json';
let root: string;
let folder: string;
let manifest: Manifest;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fincore-backup-'));
  folder = join(root, 'backup');
  const seals = new Map(
    await Promise.all(
      [table, file].map(
        async (path) =>
          [
            path,
            await writeSealed(join(folder, path), () => Readable.from([Buffer.from(`bytes of ${path}`)])),
          ] as const,
      ),
    ),
  );
  const sealOf = (path: string) => seals.get(path) ?? { bytes: 0, sha256: '' };
  manifest = {
    format: backupFormat,
    fincore: '0.1.0',
    created_at: '2026-11-21T09:30:00.000Z',
    journal_head: 1,
    stores: [],
    tables: [
      { path: table, schema: 'journal', table: 'events', columns: ['position'], rows: 1, ...sealOf(table) },
    ],
    files: [{ path: file, ...sealOf(file) }],
  };
  await writeManifest(manifestText(manifest));
});
afterEach(() => rm(root, { recursive: true }));

async function writeManifest(text: string): Promise<void> {
  await writeFile(join(folder, manifestName), text);
  const digest = createHash('sha256').update(text).digest('hex');
  await writeFile(join(folder, manifestSumName), manifestSumText(digest));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(join(folder, path));
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  await writeFile(join(folder, path), bytes);
}

const damages: readonly (readonly [string, string, () => Promise<void>])[] = [
  ['a byte of a table is another', table, () => flipByte(table)],
  ['a byte of a file is another', file, () => flipByte(file)],
  ['a table is cut', table, () => truncate(join(folder, table), 3)],
  ['a file is longer', file, () => appendFile(join(folder, file), ' ')],
  ['a table is missing', table, () => rm(join(folder, table))],
  ['the manifest is missing', manifestName, () => rm(join(folder, manifestName))],
  ['the checksum of the manifest is missing', manifestSumName, () => rm(join(folder, manifestSumName))],
  ['a byte of the checksum is another', manifestSumName, () => flipByte(manifestSumName)],
  [
    'the manifest says another checksum, and its own is not told',
    manifestName,
    () =>
      writeFile(
        join(folder, manifestName),
        manifestText({ ...manifest, files: [{ path: file, bytes: 1, sha256: '0'.repeat(64) }] }),
      ),
  ],
  [
    'the manifest says another checksum',
    file,
    () =>
      writeManifest(
        manifestText({
          ...manifest,
          files: manifest.files.map((known) => ({ ...known, sha256: '0'.repeat(64) })),
        }),
      ),
  ],
];

test('a whole backup is what its manifest says', async () => {
  expect(await checkBackup(folder)).toEqual(manifest);
});

test.each(damages)('where %s the backup is refused by the name %s', async (_what, name, damage) => {
  await damage();
  const refused = checkBackup(folder);
  await expect(refused).rejects.toBeInstanceOf(BackupDamaged);
  await expect(refused).rejects.toThrow(name);
});

test.each(damages)('where %s a restore touches nothing', async (_what, name, damage) => {
  await damage();
  const dataDirectory = join(root, 'data');
  const parsed = parseConfiguration({ FINCORE_DATA_DIR: dataDirectory });
  if (!parsed.ok) throw new Error('the configuration of the test is refused');
  await expect(restore(parsed.value, { tell: () => undefined }, folder)).rejects.toThrow(name);
  expect(await readdir(root)).toEqual(['backup']);
});
