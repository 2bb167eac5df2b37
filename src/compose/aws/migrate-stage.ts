import type { Client } from 'pg';
import { claimStage, readStage } from '../../adapters/aws/relay/queries/stage';
import { relayStore } from '../../adapters/aws/relay/relay-store';
import { admitUsers } from '../../adapters/aws/database-users/admit-users';
import { verificationStore } from '../../adapters/aws/verification/verification-store';
import { createSecretsManagerStore } from '../../adapters/aws/secrets/secrets-manager-store';
import { type DatabaseAddress, connectionTo } from '../../adapters/postgres/database-address';
import { journalStore } from '../../adapters/postgres/journal/journal-store';
import { type MigrationPhase, migrate } from '../../adapters/postgres/migrate';
import { webhooksStore } from '../../adapters/postgres/webhooks/webhooks-store';
import { withClient } from '../../adapters/postgres/with-client';
import { CommandRefused } from '../../configuration/command-refused';
import type { Environment } from '../../configuration/configuration';
import { perStore } from '../../configuration/store-names';
import { derivedStores } from '../all-stores';
import { type DatabasePatience, awaitDatabase } from '../../adapters/aws/await-database';
import { secretsClient } from '../../adapters/aws/clients';
import { parseDatabaseUsers } from './database-users';
import { migrationVariables } from './program-variables';
import { readEnvironment } from '../../configuration/read-environment';
import { placeOf } from './right-stage';
import { openOwnerSignIn } from './sign-in';
import { storeUrlsIn } from './store-variables';

interface OwnedDatabase {
  /** As messages name it. */
  readonly url: string;
  /** As its owner reaches it. */
  readonly address: DatabaseAddress;
}

const connectionTimeoutMs = 10_000;

/**
 * Brings the databases of a stage up to date, as their owner. `expand` runs before a new version takes traffic and
 * changes nothing that the version before it needs; `contract` runs when only the new one is left.
 */
export async function migrateStage(
  environment: Environment,
  phase: MigrationPhase,
  tell: (line: string) => void,
  patience?: DatabasePatience,
): Promise<void> {
  const settings = readEnvironment(migrationVariables, environment);
  const { FINCORE_STAGE: stage, FINCORE_DATABASE_FORMER_USERS: formerUsers } = settings;
  const users = parseDatabaseUsers(settings.FINCORE_DATABASE_USERS);
  const secrets = createSecretsManagerStore({ client: secretsClient(settings.FINCORE_REGION) });
  const signIn = await openOwnerSignIn(settings, secrets);
  const urls = storeUrlsIn(settings);
  const addresses = perStore((store) => ({
    url: urls[store],
    address: (store === 'ledger' ? signIn.ledger : signIn.stores)(urls[store]),
  }));
  const { journal, ledger } = addresses;
  const stores = [
    { ...journal, store: journalStore },
    { ...journal, store: relayStore },
    { ...journal, store: verificationStore },
    { ...journal, store: webhooksStore },
    ...derivedStores.map(({ database, store }) => ({ ...addresses[database], store })),
  ];
  for (const database of [journal, ledger])
    await used(database, awaitDatabase(ownerOf(database), tell, patience));
  refuseOtherStage(stage, journal.url, await asOwner(journal, stageIn));
  for (const { url, address, store } of stores) {
    const ran = await migrate(address, store, phase).catch((error: unknown) => {
      throw new Error(`The schema ${store.schema} at ${placeOf(url)} could not be migrated`, {
        cause: error,
      });
    });
    tell(
      ran.length === 0
        ? `Schema ${store.schema} is up to date.`
        : `Schema ${store.schema}: ran ${ran.join(', ')}.`,
    );
  }
  for (const database of new Map(stores.map((one) => [one.url, one])).values()) {
    const schemas = stores.filter(({ url }) => url === database.url).map(({ store }) => store.schema);
    await asOwner(database, (owner) => admitUsers(owner, { users, schemas, phase, formerUsers }));
  }
  tell(`The programs sign in as ${Object.values(users).join(', ')}.`);
  refuseOtherStage(stage, journal.url, await asOwner(journal, (owner) => claimStage(owner, stage)));
}

function refuseOtherStage(stage: string, url: string, found: string | null): void {
  if (found === null || found === stage) return;
  throw new CommandRefused(
    `FINCORE_STAGE is "${stage}", but the journal at ${placeOf(url)} belongs to "${found}". Nothing was changed; point FINCORE_JOURNAL_URL to the database of the stage.`,
  );
}

/** Null for a database that was never migrated. */
async function stageIn(owner: Client): Promise<string | null> {
  const known = await owner.query("SELECT to_regclass('relay.stage') IS NOT NULL AS known");
  const [row] = known.rows as readonly { readonly known: boolean }[];
  return row?.known === true ? readStage(owner) : null;
}

const ownerOf = ({ address }: OwnedDatabase) => ({
  ...connectionTo(address),
  application_name: 'fincore-migrate',
  connectionTimeoutMillis: connectionTimeoutMs,
});

const asOwner = <Value>(database: OwnedDatabase, work: (owner: Client) => Promise<Value>): Promise<Value> =>
  used(database, withClient(ownerOf(database), work));

async function used<Value>({ url }: OwnedDatabase, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CommandRefused) throw error;
    throw new Error(`The database at ${placeOf(url)} could not be used as its owner`, { cause: error });
  }
}
