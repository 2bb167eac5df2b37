import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BackupDamaged } from '../adapters/embedded/backup/backup-damaged';
import { checkBackup } from '../adapters/embedded/backup/check-backup';
import { loadTables } from '../adapters/embedded/backup/load-tables';
import type { Manifest } from '../adapters/embedded/backup/manifest';
import { asOwner } from '../adapters/embedded/backup/owner-client';
import { writeSealed } from '../adapters/embedded/backup/sealed-file';
import { systemErrorCode } from '../adapters/embedded/system-error-code';
import { migrate } from '../adapters/postgres/migrate';
import { type Configuration, locationsOf } from '../configuration/configuration';
import { allStores, storesAt } from '../compose/all-stores';
import {
  type DatabaseServers,
  type DatabasesListener,
  lockServers,
  migrateStores,
  openServers,
  withDatabases,
} from './installation/databases';
import { openAll } from './process/opened';
import type { StoreUrls } from '../configuration/store-names';
import {
  clearUnfinishedRestore,
  markUnfinishedRestore,
  refuseUnfinishedRestore,
} from './installation/unfinished-restore';
import { privateFiles, simulatorFolder } from './backup';
import { CommandRefused } from '../configuration/command-refused';
import type { CommandOutput } from '../compose/with-stores';

/**
 * Puts a backup in the place of an installation that does not exist yet. Everything that can be checked is checked
 * before anything is touched: every byte of the backup, that this program can read it, that nothing is overwritten.
 * Nothing is mended: what does not fit is named and refused.
 */
export async function restore(
  configuration: Configuration,
  output: Pick<CommandOutput, 'tell'>,
  folder: string,
): Promise<Manifest> {
  const { dataDirectory } = configuration;
  const tell = (line: string) => output.tell(line);
  tell('Checking every file of the backup.');
  const manifest = await checkBackup(resolve(folder));
  refuseUnknownSchemas(manifest);
  await refuseUnfinishedRestore(dataDirectory);
  await refuseOccupiedFolder(dataDirectory);
  await withDatabases(
    (onLost) => openEmptyServers(configuration, { tell, onLost }),
    async ({ ownerUrls }) => {
      await restoreTables({ manifest, urls: ownerUrls, folder: resolve(folder), tell });
      await restoreFiles(manifest, resolve(folder), dataDirectory);
      await migrateStores(ownerUrls, { tell });
    },
  );
  await clearUnfinishedRestore(dataDirectory);
  return manifest;
}

/** Holds the databases before it looks whether they are empty: no other installation is made in them meanwhile. */
async function openEmptyServers(
  configuration: Configuration,
  listener: DatabasesListener,
): Promise<DatabaseServers> {
  const { value, stop } = await openAll(async (opened) => {
    // The secrets of the installation are in the backup still; until they are restored, the restore is its own.
    opened.push(await lockServers(configuration, listener, randomUUID()));
    await refuseOccupiedDatabases(configuration);
    await markUnfinishedRestore(configuration.dataDirectory);
    const servers = await openServers(configuration, listener);
    opened.push(() => servers.close());
    return servers;
  });
  return { ...value, close: stop };
}

/** What the program does not know it cannot load, whichever of the two is the newer. */
function refuseUnknownSchemas({ fincore, stores }: Manifest): void {
  const advice = `Restore it with FinCore ${fincore}, which made it, and upgrade afterwards.`;
  for (const { schema, migrations } of stores) {
    const known = allStores.find(({ store }) => store.schema === schema)?.store.migrations ?? [];
    const unknown = migrations.find((migration) => !known.some(({ name }) => name === migration));
    if (unknown !== undefined)
      throw new CommandRefused(
        `The backup holds ${schema} after the migration ${unknown}, which this FinCore does not know. ${advice}`,
      );
  }
}

async function refuseOccupiedFolder(dataDirectory: string): Promise<void> {
  const names = await readdir(dataDirectory).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const found = names.filter((name) => ['postgres', simulatorFolder, ...privateFiles].includes(name));
  if (found.length > 0)
    throw new CommandRefused(
      `${resolve(dataDirectory)} holds an installation already (${found.join(', ')}). Nothing was changed. ` +
        'Name a new folder with FINCORE_DATA_DIR, or move this one away.',
    );
}

async function refuseOccupiedDatabases({ databases }: Configuration): Promise<void> {
  const schemas = allStores.map(({ store }) => store.schema);
  for (const location of locationsOf(databases)) {
    if (location.kind === 'embedded') continue;
    const found = await asOwner(location.url, (client) =>
      client.query<{ nspname: string }>('SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1)', [
        schemas,
      ]),
    );
    if (found.rows.length > 0)
      throw new CommandRefused(
        `The database holds an installation already (schema ${found.rows.map(({ nspname }) => nspname).join(', ')}). ` +
          'Nothing was changed. Name an empty database with DATABASE_URL.',
      );
  }
}

interface Tables {
  readonly manifest: Manifest;
  readonly urls: StoreUrls;
  readonly folder: string;
  readonly tell: (line: string) => void;
}

/** The journal's database first: wherever this is cut off, no reader is ahead of what it reads. */
async function restoreTables({ manifest, urls, folder, tell }: Tables): Promise<void> {
  const stores = storesAt(urls);
  for (const { url, store } of stores) {
    const ran = manifest.stores.find(({ schema }) => schema === store.schema)?.migrations ?? [];
    // As it was when the backup was made; what is newer runs over the restored rows, as in any upgrade.
    await migrate(url, { ...store, migrations: store.migrations.filter(({ name }) => ran.includes(name)) });
  }
  const urlOf = (schema: string) => stores.find(({ store }) => store.schema === schema)?.url;
  for (const url of new Set(stores.map((entry) => entry.url))) {
    const tables = manifest.tables.filter(({ schema }) => urlOf(schema) === url);
    await asOwner(url, (client) => loadTables(client, tables, { folder, tell }));
  }
}

async function restoreFiles({ files }: Manifest, folder: string, dataDirectory: string): Promise<void> {
  for (const { path, sha256 } of files) {
    const target = join(dataDirectory, path.slice('data/'.length));
    const seal = await writeSealed(target, () => createReadStream(join(folder, path)));
    if (seal.sha256 !== sha256) throw new BackupDamaged(`${path} was altered while it was being restored.`);
  }
}
