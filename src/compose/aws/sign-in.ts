import { loadDatabaseTls } from '../../adapters/aws/rds-iam/database-tls';
import { createIamPassword } from '../../adapters/aws/rds-iam/iam-password';
import type { DatabaseAddress } from '../../adapters/postgres/database-address';
import type { SecretStore } from '../../core/ports';
import { CommandRefused } from '../../configuration/command-refused';
import type { EnvironmentOf } from '../../configuration/read-environment';

/** The environment of every program that opens a database. */
export const signInVariables = [
  'FINCORE_DATABASE_AUTH',
  'FINCORE_DATABASE_SECRET_ARN',
  'FINCORE_DATABASE_ENDPOINT',
  'FINCORE_DATABASE_CA_FILE',
] as const;

export type SignInEnvironment = EnvironmentOf<'FINCORE_REGION' | (typeof signInVariables)[number]>;

/** How a program signs in at a database whose URL holds no password. */
export type SignIn = (url: string) => DatabaseAddress;

const defaultPort = 5432;

/**
 * Signs in with a token of the program's role, or with a password from a secret. Both are asked for with each new
 * connection, so that neither an expired token nor a rotated password needs a restart.
 */
export async function openSignIn(
  environment: SignInEnvironment,
  secrets: Pick<SecretStore, 'get'>,
): Promise<SignIn> {
  const {
    FINCORE_REGION: region,
    FINCORE_DATABASE_SECRET_ARN: secretName,
    FINCORE_DATABASE_CA_FILE: file,
  } = environment;
  const shared = {
    takesSettings: environment.FINCORE_DATABASE_ENDPOINT === 'cluster',
    ...(file === '' ? {} : { tls: await loadDatabaseTls(file) }),
  };
  if (environment.FINCORE_DATABASE_AUTH === 'password') {
    const password = async () => passwordIn(secretName, (await secrets.get(secretName)).value);
    return (url) => ({ ...shared, url, password });
  }
  return (url) => {
    const { hostname, port, username } = new URL(url);
    const password = createIamPassword({
      hostname,
      port: port === '' ? defaultPort : Number(port),
      username: decodeURIComponent(username),
      region,
    });
    return { ...shared, url, password };
  };
}

/**
 * The same for who owns the databases: a cluster that LedgerDB has for itself has an administrator of its own, with
 * another password.
 */
export async function openOwnerSignIn(
  environment: SignInEnvironment & EnvironmentOf<'FINCORE_LEDGER_DATABASE_SECRET_ARN'>,
  secrets: Pick<SecretStore, 'get'>,
): Promise<{ readonly stores: SignIn; readonly ledger: SignIn }> {
  const stores = await openSignIn(environment, secrets);
  const { FINCORE_LEDGER_DATABASE_SECRET_ARN: secretName } = environment;
  if (secretName === '') return { stores, ledger: stores };
  const ledger = { ...environment, FINCORE_DATABASE_SECRET_ARN: secretName };
  return { stores, ledger: await openSignIn(ledger, secrets) };
}

/** As RDS writes it: JSON with `username` and `password`. */
function passwordIn(secretName: string, value: string): string {
  try {
    const { password } = JSON.parse(value) as { readonly password?: unknown };
    if (typeof password === 'string' && password !== '') return password;
  } catch {
    // Told below, together with JSON that has no password.
  }
  throw new CommandRefused(`The secret ${secretName} is no JSON with "username" and "password".`);
}
