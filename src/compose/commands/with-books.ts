import type { Configuration } from '../configuration';
import { type Books, openBooks } from '../books';
import { openStores } from '../stores';
import { commandLog } from './command-log';
import { refuseMissingInstallation } from './missing-installation';

/** What a command prints: results to `print`, everything else to `tell`. */
export interface CommandOutput {
  print(line: string): void;
  tell(line: string): void;
}

/**
 * Opens the stores for the time of one command. A running server's database is joined; without one, the embedded
 * database is started and stopped again.
 */
export async function withBooks<Value>(
  configuration: Configuration,
  output: CommandOutput,
  work: (books: Books) => Promise<Value>,
): Promise<Value> {
  await refuseMissingInstallation(configuration);
  return withNewBooks(configuration, output, work);
}

/** The same, also before the first start: an installation that is not there yet is made. */
export async function withNewBooks<Value>(
  configuration: Configuration,
  output: CommandOutput,
  work: (books: Books) => Promise<Value>,
): Promise<Value> {
  const stores = await openStores(configuration, { tell: (line) => output.tell(line) });
  try {
    const books = openBooks(configuration, stores.urls, commandLog(output));
    try {
      return await work(books);
    } finally {
      await books.close();
    }
  } finally {
    await stores.close();
  }
}
