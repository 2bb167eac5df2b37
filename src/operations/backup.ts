import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { version } from '../../package.json';
import { writeBackupFolder } from '../adapters/embedded/backup/backup-folder';
import { copyGrowingFolder } from '../adapters/embedded/backup/copy-growing-folder';
import {
  type DataFile,
  type Manifest,
  type StoreState,
  type TableFile,
  backupFormat,
} from '../adapters/embedded/backup/manifest';
import { writeSealed } from '../adapters/embedded/backup/sealed-file';
import { readStoreStates } from '../adapters/embedded/backup/store-state';
import { type TableSnapshot, dumpTable, openSnapshot } from '../adapters/embedded/backup/table-snapshot';
import { systemErrorCode } from '../adapters/embedded/system-error-code';
import { assert, toTimestamp } from '../core/kernel';
import type { Configuration } from '../configuration/configuration';
import { storesAt } from '../compose/all-stores';
import { openDatabases, withDatabases } from './installation/databases';
import type { StoreUrls } from '../configuration/store-names';
import { CommandRefused } from '../configuration/command-refused';
import { refuseMissingInstallation } from './installation/missing-installation';
import type { CommandOutput } from '../compose/with-stores';

/** What else an installation keeps in its data folder; see the configuration reference. */
export const privateFiles = ['secrets.json', 'credentials.json'] as const;
export const simulatorFolder = 'stripe-simulator';

export interface BackupSummary {
  readonly folder: string;
  readonly tables: number;
  readonly bytes: number;
  /** The position of the last event in the backup. */
  readonly journalHead: number;
}

/**
 * Writes everything that the books can be restored from into a new folder, beside a running server or without one.
 *
 * One moment for each database, the journal's the last: a reader's checkpoint in the backup is then never ahead of the
 * journal in it, and what the readers lack they derive again. The simulator, which is the PSP, is copied after the
 * journal: as a real one would, it knows every payment that the books know.
 */
export async function backup(
  configuration: Configuration,
  output: Pick<CommandOutput, 'tell'>,
  folder: string,
): Promise<BackupSummary> {
  await refuseMissingInstallation(configuration);
  refuseInside(configuration.dataDirectory, folder);
  const tell = (line: string) => output.tell(line);
  return withDatabases(
    (onLost) => openDatabases(configuration, { tell, onLost }),
    async ({ ownerUrls }) => {
      const manifest = await writeBackupFolder(folder, (target) =>
        writeContent({ configuration, urls: ownerUrls, folder: target, tell }),
      );
      const bytes = [...manifest.tables, ...manifest.files].reduce((sum, file) => sum + file.bytes, 0);
      tell(
        'The backup holds every payment, secrets.json and credentials.json in clear: anyone who has it has the keys. Keep it where only operators can read it, on another machine.',
      );
      return {
        folder: resolve(folder),
        tables: manifest.tables.length,
        bytes,
        journalHead: manifest.journal_head,
      };
    },
  );
}

function refuseInside(dataDirectory: string, folder: string): void {
  const path = relative(resolve(dataDirectory), resolve(folder));
  if (path === '' || (!path.startsWith('..') && !isAbsolute(path)))
    throw new CommandRefused(
      `${resolve(folder)} is in the data folder ${resolve(dataDirectory)} and would be lost with it; name a folder elsewhere.`,
    );
}

interface Content {
  readonly configuration: Configuration;
  readonly urls: StoreUrls;
  readonly folder: string;
  readonly tell: (line: string) => void;
}

async function writeContent({ configuration, urls, folder, tell }: Content): Promise<Manifest> {
  const createdAt = toTimestamp(Date.now());
  const snapshots: TableSnapshot[] = [];
  try {
    for (const { url, schemas } of databasesJournalLast(urls))
      snapshots.push(await openSnapshot(url, schemas));
    // The journal's is written first, so that what has to be loaded first is named first.
    const [journal, ...others] = snapshots.reverse();
    assert(journal !== undefined, 'the journal has a database');
    const tables: TableFile[] = [];
    const states: StoreState[] = [];
    for (const snapshot of [journal, ...others]) {
      for (const table of snapshot.tables) tables.push(await dumpTable(snapshot, table, { folder, tell }));
      states.push(...(await readStoreStates(snapshot.client, snapshot.schemas)));
    }
    return {
      format: backupFormat,
      fincore: version,
      created_at: createdAt,
      journal_head: await readHead(journal),
      stores: states,
      tables,
      files: await copyFiles(configuration, folder, tell),
    };
  } finally {
    await Promise.all(snapshots.map((snapshot) => snapshot.close()));
  }
}

/** Databases that share a database share its moment. */
function databasesJournalLast(
  urls: StoreUrls,
): readonly { readonly url: string; readonly schemas: string[] }[] {
  const schemasOf = new Map<string, string[]>();
  for (const { url, store } of [...storesAt(urls)].reverse())
    schemasOf.set(url, [...(schemasOf.get(url) ?? []), store.schema]);
  const journal = schemasOf.get(urls.journal) ?? [];
  schemasOf.delete(urls.journal);
  return [
    ...[...schemasOf].map(([url, schemas]) => ({ url, schemas })),
    { url: urls.journal, schemas: journal },
  ];
}

async function readHead({ client }: TableSnapshot): Promise<number> {
  const { rows } = await client.query<{ position: string }>(
    'SELECT position FROM journal.heads WHERE partition = 1',
  );
  return Number(rows[0]?.position ?? 0);
}

async function copyFiles(
  { dataDirectory }: Configuration,
  folder: string,
  tell: (line: string) => void,
): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for (const name of privateFiles) {
    const file = await openIfThere(join(dataDirectory, name));
    if (file === null) continue;
    const path = `data/${name}`;
    const seal = await writeSealed(join(folder, path), () => file.createReadStream());
    files.push({ path, ...seal });
    tell(`${name}: ${String(seal.bytes)} bytes.`);
  }
  const copied = await copyGrowingFolder(join(dataDirectory, simulatorFolder), {
    folder,
    path: `data/${simulatorFolder}`,
  });
  if (copied.length > 0) tell(`${simulatorFolder}: ${String(copied.length)} files.`);
  return [...files, ...copied];
}

/** An installation that was never started has not made its files yet. */
async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
