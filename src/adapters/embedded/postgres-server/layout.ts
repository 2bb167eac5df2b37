import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders } from '../make-folders';
import { systemErrorCode } from '../system-error-code';
import { EmbeddedPostgresError } from './errors';

/** Where everything of the embedded server lies, below the data directory that the operator named. */
export interface Layout {
  readonly homeDirectory: string;
  /** What PostgreSQL calls the data directory; it exists only once it is completely initialized. */
  readonly clusterDirectory: string;
  readonly connectionFile: string;
  readonly processFile: string;
  readonly versionFile: string;
  readonly startLogFile: string;
  readonly serverLogDirectory: string;
}

function layoutIn(homeDirectory: string): Layout {
  const clusterDirectory = join(homeDirectory, 'data');
  return {
    homeDirectory,
    clusterDirectory,
    connectionFile: join(clusterDirectory, 'fincore-connection.json'),
    processFile: join(clusterDirectory, 'postmaster.pid'),
    versionFile: join(clusterDirectory, 'PG_VERSION'),
    startLogFile: join(homeDirectory, 'start.log'),
    serverLogDirectory: join(clusterDirectory, 'log'),
  };
}

/** Makes the home of the server where it is missing. Paths are real ones, so that they compare with what /proc tells. */
export async function prepareLayout(dataDir: string): Promise<Layout> {
  const homeDirectory = join(resolve(dataDir), 'postgres');
  try {
    await makeFolders(homeDirectory, 0o700);
    return layoutIn(await realpath(homeDirectory));
  } catch (error) {
    throw denied(homeDirectory, error);
  }
}

/** The layout of a data directory that exists already, or nothing. */
export async function existingLayout(dataDir: string): Promise<Layout | undefined> {
  const homeDirectory = join(resolve(dataDir), 'postgres');
  try {
    return layoutIn(await realpath(homeDirectory));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw denied(homeDirectory, error);
  }
}

function denied(homeDirectory: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data_directory_denied',
    `The data directory ${homeDirectory} cannot be made or entered (${systemErrorCode(cause) ?? String(cause)}). ` +
      'Set FINCORE_DATA_DIR to a directory that this user may write, or DATABASE_URL to a PostgreSQL server.',
    cause,
  );
}
