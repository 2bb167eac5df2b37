import { withClient } from '../../postgres/with-client';
import { systemErrorCode } from '../system-error-code';

const connectTimeoutMs = 10_000;
const queryTimeoutMs = 60_000;

const duplicateDatabase = '42P04';
const uniqueViolation = '23505';

/** Creates the database where it is missing; several callers may do so at once. The user of `adminUrl` needs CREATEDB. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const config = {
    connectionString: adminUrl,
    application_name: 'fincore ensure database',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
  };
  await withClient(config, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) return;
    // template0 has no sessions, so creation is never refused because somebody is looking at the template.
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
  }).catch((error: unknown) => {
    if (!isAlreadyCreated(error)) throw error;
  });
}

function isAlreadyCreated(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === duplicateDatabase || code === uniqueViolation;
}
