import { createHmac } from 'node:crypto';
import { applicationRole } from '../../postgres/pool';
import { withClient } from '../../postgres/with-client';
import type { Connection } from './connection-file';
import { advisoryLocks } from '../../postgres/advisory-locks';

/** The user that programs sign in as. It has the rights of the application role, and can take on no other role. */
export const programUser = 'fincore_program';

const connectTimeoutMs = 10_000;
const queryTimeoutMs = 60_000;

/**
 * The server as programs reach it. The password derives from the superuser's, so that every process of the installation
 * knows it without another file, and does not lead back to it.
 */
export function asProgram(connection: Connection): Connection {
  const password = createHmac('sha256', connection.password).update(programUser).digest('base64url');
  return { ...connection, user: programUser, password };
}

/** Makes the login of programs, or sets it right where it was changed. The migrations have made the application role. */
export async function ensureProgramLogin(adminUrl: string, { password }: Connection): Promise<void> {
  const config = {
    connectionString: adminUrl,
    application_name: 'fincore program login',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
  };
  await withClient(config, async (client) => {
    const secret = client.escapeLiteral(password);
    await client.query(`
      BEGIN;
      SELECT pg_advisory_xact_lock(${String(advisoryLocks.programLogin)});
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${programUser}') THEN
          CREATE ROLE ${programUser};
        END IF;
      END $$;
      ALTER ROLE ${programUser} WITH LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
        PASSWORD ${secret};
      GRANT ${applicationRole} TO ${programUser};
      COMMIT`);
  });
}
