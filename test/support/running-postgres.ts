import { refuseForeignCluster } from '../../src/adapters/embedded/postgres-server/account';
import {
  connectionStringOf,
  readConnectionFile,
} from '../../src/adapters/embedded/postgres-server/connection-file';
import { existingLayout } from '../../src/adapters/embedded/postgres-server/layout';
import { serverState } from '../../src/adapters/embedded/postgres-server/server-state';

/** A server that runs now, started by another process. */
export interface RunningPostgres {
  readonly pid: number;
  readonly port: number;
  /** As the superuser. @param database defaults to `postgres` */
  connectionString(database?: string): string;
}

/**
 * The running server of a data directory, or nothing. It takes no hold of the server: anyone who works with it for longer
 * than a moment uses `startEmbeddedPostgres`, which also keeps others from shutting it down meanwhile.
 */
export async function connectionOf(dataDir: string): Promise<RunningPostgres | undefined> {
  const layout = await existingLayout(dataDir);
  if (layout === undefined) return undefined;
  await refuseForeignCluster(layout);
  const state = await serverState(layout);
  if (state.kind !== 'ready') return undefined;
  const connection = { ...(await readConnectionFile(layout.connectionFile)), port: state.port };
  return {
    pid: state.pid,
    port: state.port,
    connectionString: (database = 'postgres') => connectionStringOf(connection, database),
  };
}
