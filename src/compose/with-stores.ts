import { batchStatementTimeoutMs } from '../adapters/postgres/pool';
import type { Configuration } from '../configuration/configuration';
import { type Stores, openStores } from './stores';
import { openDatabases, withDatabases } from '../operations/installation/databases';
import { commandLog } from '../operations/process/command-log';
import { refuseMissingInstallation } from '../operations/installation/missing-installation';

/** What a command prints: results to `print`, everything else to `tell`. */
export interface CommandOutput {
  print(line: string): void;
  tell(line: string): void;
}

/**
 * Opens the stores for the time of one command. A running server's database is joined; without one, the embedded
 * database is started and stopped again.
 */
export async function withStores<Value>(
  configuration: Configuration,
  output: CommandOutput,
  work: (stores: Stores) => Promise<Value>,
): Promise<Value> {
  await refuseMissingInstallation(configuration);
  return withNewStores(configuration, output, work);
}

/** The same, also before the first start: an installation that is not there yet is made. */
export async function withNewStores<Value>(
  configuration: Configuration,
  output: CommandOutput,
  work: (stores: Stores) => Promise<Value>,
): Promise<Value> {
  const tell = (line: string) => output.tell(line);
  return withDatabases(
    (onLost) => openDatabases(configuration, { tell, onLost }),
    async ({ urls, ownerUrls }) => {
      const stores = openStores(
        { ...configuration, ownerUrls, statementTimeoutMs: batchStatementTimeoutMs },
        urls,
        commandLog(output),
      );
      try {
        return await work(stores);
      } finally {
        await stores.close();
      }
    },
  );
}
