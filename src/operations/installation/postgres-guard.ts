import { join } from 'node:path';
import { endUnusedServer } from '../../adapters/embedded/postgres-server/end-unused-server';

/** The bundle of `bin/postgres-guard.ts`, which lies beside the bundle of every program. */
export const postgresGuardProgram = join(__dirname, 'postgres-guard.js');

/** Ends the server of a data folder after the death of a process that used it. */
export async function runPostgresGuard(words: readonly string[]): Promise<void> {
  const [dataDirectory] = words;
  if (dataDirectory === undefined || words.length > 1)
    throw new Error(`received ${JSON.stringify(words)}; allowed is one word, the data folder`);
  await endUnusedServer(dataDirectory);
}
