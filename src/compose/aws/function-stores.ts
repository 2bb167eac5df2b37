import { createSecretsManagerStore } from '../../adapters/aws/secrets/secrets-manager-store';
import { createPostgresJournal } from '../../adapters/postgres/journal/postgres-journal';
import { openPool } from '../../adapters/postgres/pool';
import { contexts } from '../../core/contexts';
import type { Log, SecretStore } from '../../core/ports';
import { secretsClient } from '../../adapters/aws/clients';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { requireRightStage } from './right-stage';
import { type SignIn, type SignInEnvironment, openSignIn } from './sign-in';

export type JournalEnvironment = SignInEnvironment & EnvironmentOf<'FINCORE_STAGE' | 'FINCORE_JOURNAL_URL'>;

/** An invocation does one thing after the other; a second connection is for what overlaps. */
const poolSize = 2;

/** What a function needs of the databases: the journal, a way to sign in at its own store, and its secrets. */
export async function openFunctionStores(environment: JournalEnvironment, log: Log) {
  const secrets: SecretStore = createSecretsManagerStore({
    client: secretsClient(environment.FINCORE_REGION),
    log,
  });
  const signIn: SignIn = await openSignIn(environment, secrets);
  const onError = (error: Error) => log.warn({ err: error }, 'a connection to the database was lost');
  const pool = (url: string, store: string) =>
    openPool({
      connectionString: signIn(url),
      size: poolSize,
      applicationName: `fincore-${store}`,
      onError,
    });
  const { FINCORE_JOURNAL_URL: url, FINCORE_STAGE: stage } = environment;
  const journalPool = pool(url, 'journal');
  await requireRightStage(journalPool, url, stage).catch(async (error: unknown) => {
    await journalPool.end();
    throw error;
  });
  return {
    secrets,
    signIn,
    pool,
    journalPool,
    records: createPostgresJournal({
      connectionString: signIn(url),
      readPoolSize: poolSize,
      effectsOf: contexts.effectsOnAppend,
      onError,
    }),
  };
}

/**
 * Opened with the first invocation, and kept while the function stays warm; what failed to open is tried again by the
 * next one.
 */
export function openedOnce<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opening: Promise<Value> | null = null;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}
