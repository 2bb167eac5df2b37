import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { admitUsers } from '../../src/adapters/aws/database-users/admit-users';
import {
  type DatabaseUsers,
  databasePrograms,
  userOf,
} from '../../src/adapters/aws/database-users/program-rights';
import { contexts } from '../../src/core/contexts';
import type { SignedAddress } from '../../src/adapters/postgres/database-address';
import { withClient } from '../../src/adapters/postgres/with-client';
import { query } from './embedded-postgres-directory';

export const storeSchemas: readonly string[] = [
  'journal',
  'relay',
  'verification',
  'webhooks',
  ...contexts.streamReaders,
];

/** Users of a database of a test. The server has others of the same programs, so these have names of their own. */
export interface ProgramUsers {
  readonly names: DatabaseUsers;
  readonly password: string;
  /** As that program signs in: without a password, which outside of RDS stands in for a token. */
  urlOf(program: string): string;
  addressOf(program: string): SignedAddress;
  /** Once the migrations have made the users: outside of RDS there are no tokens to sign in with. */
  allowPassword(): Promise<void>;
  /** Takes their rights in the database, and then the users themselves. */
  drop(): Promise<void>;
}

export function nameProgramUsers(databaseUrl: string): ProgramUsers {
  const suffix = randomBytes(6).toString('hex');
  const password = randomBytes(12).toString('hex');
  const names = Object.fromEntries(
    databasePrograms.map((program) => [program, `fincore_${program}_${suffix}`]),
  );
  const all = Object.values(names).join(', ');
  const urlOf = (program: string) => {
    const url = new URL(databaseUrl);
    url.username = userOf(names, program);
    url.password = '';
    url.searchParams.set('sslmode', 'disable');
    return url.href;
  };
  return {
    names,
    password,
    urlOf,
    addressOf: (program) => ({
      url: urlOf(program),
      password: () => Promise.resolve(password),
      takesSettings: true,
    }),
    async allowPassword() {
      for (const user of Object.values(names))
        await query(databaseUrl, `ALTER ROLE ${user} PASSWORD '${password}'`);
    },
    async drop() {
      await query(databaseUrl, `DROP OWNED BY ${all}; DROP ROLE ${all}`);
    },
  };
}

/** The same, with users that have been made: as the migrations of a stage make them. */
export async function admitProgramUsers(databaseUrl: string): Promise<ProgramUsers> {
  const users = nameProgramUsers(databaseUrl);
  await asOwner(databaseUrl, (owner) =>
    admitUsers(owner, { users: users.names, schemas: storeSchemas, phase: 'expand', formerUsers: [] }),
  );
  await users.allowPassword();
  return users;
}

export const asOwner = <Value>(databaseUrl: string, work: (owner: Client) => Promise<Value>) =>
  withClient({ connectionString: databaseUrl, query_timeout: 30_000 }, work);
