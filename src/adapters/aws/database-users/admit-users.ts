import type { Client } from 'pg';
import { assert } from '../../../core/kernel';
import type { MigrationPhase } from '../../postgres/migrate';
import {
  type DatabaseUsers,
  type Right,
  type Rights,
  programFunctions,
  programRights,
  userOf,
} from './program-rights';
import { advisoryLocks } from '../../postgres/advisory-locks';

export interface Admission {
  readonly users: DatabaseUsers;
  /** The schemas of this database. A program is a user of the server only where one of them has something for it. */
  readonly schemas: readonly string[];
  /** `expand` takes nothing away: the version before may still run. `contract` leaves exactly what the table says. */
  readonly phase: MigrationPhase;
  /** Users of versions before, whom no program of this one signs in as. `contract` drops them. */
  readonly formerUsers: readonly string[];
}

/**
 * Settings that every session of a program begins with, no matter who opens it: a proxy that shares connections lets nobody
 * send settings of his own.
 */
const settings: Readonly<Record<string, string>> = {
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
};

/**
 * Makes the users that the programs sign in as, by a token and never with a password, and gives each the rights of its
 * program: all of it in one transaction, and as often as one likes.
 */
export async function admitUsers(owner: Client, admission: Admission): Promise<void> {
  const { users, phase, formerUsers } = admission;
  const current = new Set(Object.values(users));
  assert(current.size === Object.keys(users).length, 'each program signs in as a user of its own');
  assert(!formerUsers.some((name) => current.has(name)), 'a user of versions before is none of this one');
  await owner.query('BEGIN');
  try {
    await owner.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.databaseUsers]);
    for (const [program, rights] of Object.entries(programRights)) {
      await admit(owner, userOf(users, program), rights, admission);
      await allowFunctions(owner, userOf(users, program), programFunctions[program] ?? [], admission);
    }
    if (phase === 'contract') for (const name of formerUsers) await drop(owner, name, admission);
    await owner.query('COMMIT');
  } catch (error) {
    await owner.query('ROLLBACK');
    throw new Error('the users of the programs could not be made', { cause: error });
  }
}

async function admit(owner: Client, name: string, rights: Rights, admission: Admission): Promise<void> {
  const { schemas, phase } = admission;
  const here = Object.entries(rights).filter(([table]) => schemas.includes(schemaOf(table)));
  const isKnown = await isRole(owner, name);
  if (here.length === 0 && !isKnown) return;
  const user = owner.escapeIdentifier(name);
  if (!isKnown) await owner.query(`CREATE ROLE ${user} LOGIN`);
  await prepare(owner, user);
  if (phase === 'contract') await takeAll(owner, user, schemas);
  for (const schema of new Set(here.map(([table]) => schemaOf(table))))
    await owner.query(`GRANT USAGE ON SCHEMA ${schema} TO ${user}`);
  for (const [table, given] of here) await grant(owner, user, table, given);
}

async function allowFunctions(
  owner: Client,
  name: string,
  functions: readonly string[],
  { schemas }: Admission,
): Promise<void> {
  const here = functions.filter((signature) => schemas.includes(schemaOf(signature)));
  for (const signature of here)
    await owner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO ${owner.escapeIdentifier(name)}`);
}

async function drop(owner: Client, name: string, { schemas }: Admission): Promise<void> {
  if (!(await isRole(owner, name))) return;
  const user = owner.escapeIdentifier(name);
  await takeAll(owner, user, schemas);
  await owner.query(`DROP ROLE ${user}`);
}

async function isRole(owner: Client, name: string): Promise<boolean> {
  const found = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  return found.rowCount === 1;
}

async function prepare(owner: Client, user: string): Promise<void> {
  // Only on RDS: the role by which a user signs in with a token.
  if (await isRole(owner, 'rds_iam')) await owner.query(`GRANT rds_iam TO ${user}`);
  for (const [setting, value] of Object.entries(settings))
    await owner.query(`ALTER ROLE ${user} SET ${setting} = ${owner.escapeLiteral(value)}`);
}

/** Those of a table go with those of its columns. What a program still has nobody misses: the transaction gives it again. */
async function takeAll(owner: Client, user: string, schemas: readonly string[]): Promise<void> {
  const inThem = schemas.join(', ');
  for (const kind of ['TABLES', 'SEQUENCES', 'ROUTINES'])
    await owner.query(`REVOKE ALL ON ALL ${kind} IN SCHEMA ${inThem} FROM ${user}`);
  await owner.query(`REVOKE ALL ON SCHEMA ${inThem} FROM ${user}`);
}

const grant = (owner: Client, user: string, table: string, rights: readonly Right[]) =>
  owner.query(`GRANT ${rights.join(', ')} ON ${table} TO ${user}`);

const schemaOf = (table: string): string => table.slice(0, table.indexOf('.'));
