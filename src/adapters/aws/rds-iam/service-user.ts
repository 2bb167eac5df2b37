import type { Client } from 'pg';
import { applicationRole } from '../../postgres/pool';

/**
 * Settings that every session of the programs begins with, whoever opens it: a proxy that shares connections lets
 * nobody send settings of his own.
 */
const settings: Readonly<Record<string, string>> = {
  role: applicationRole,
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
};

/** Any number that no other program locks; two migrations at once make the user one after the other. */
const userLock = 4_217_003;

/**
 * Makes the user that the programs sign in as, by a token of their role and never with a password, or leaves it as it
 * is. It can do what the application role can, and nothing else.
 */
export async function admitServiceUser(owner: Client, name: string): Promise<void> {
  const user = owner.escapeIdentifier(name);
  await owner.query('BEGIN');
  try {
    await owner.query('SELECT pg_advisory_xact_lock($1)', [userLock]);
    const known = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (known.rowCount === 0) await owner.query(`CREATE ROLE ${user} LOGIN NOINHERIT`);
    await owner.query(`GRANT ${applicationRole} TO ${user}`);
    // Only on RDS: the role by which a user signs in with a token.
    const iam = await owner.query("SELECT FROM pg_roles WHERE rolname = 'rds_iam'");
    if (iam.rowCount === 1) await owner.query(`GRANT rds_iam TO ${user}`);
    for (const [setting, value] of Object.entries(settings))
      await owner.query(`ALTER ROLE ${user} SET ${setting} = ${owner.escapeLiteral(value)}`);
    await owner.query('COMMIT');
  } catch (error) {
    await owner.query('ROLLBACK');
    throw new Error(`the user ${name} could not be made`, { cause: error });
  }
}
