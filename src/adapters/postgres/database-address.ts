import type { ClientConfig } from 'pg';

/** Where a database is, and how one signs in there. A URL that holds the password says both. */
export type DatabaseAddress = string | SignedAddress;

export interface SignedAddress {
  /** Without a password. The connection is encrypted and the server's certificate verified, unless it says `sslmode=disable`. */
  readonly url: string;
  /** Asked for every new connection, because tokens last minutes and passwords are rotated. */
  readonly password: () => Promise<string>;
  /**
   * Whether a connection may begin with settings of its own. A proxy that shares connections (RDS Proxy) refuses them;
   * the login role then brings the application role and the timeouts as its own settings.
   */
  readonly takesSettings: boolean;
  /** The authorities that may sign the server's certificate. @default those of Node.js */
  readonly tls?: { readonly ca: readonly string[] };
}

/** Settings that go with the first message of a connection. */
export type StartUp = Pick<
  ClientConfig,
  'options' | 'statement_timeout' | 'idle_in_transaction_session_timeout'
>;

/** What `pg` needs to connect. */
export function connectionTo(address: DatabaseAddress, startUp: StartUp = {}): ClientConfig {
  if (typeof address === 'string') return { connectionString: address, ...startUp };
  const { hostname, port, username, pathname, searchParams } = new URL(address.url);
  return {
    // `pg` would let a URL without a password hide the function, so the URL is taken apart here.
    host: decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    ...(port === '' ? {} : { port: Number(port) }),
    ssl:
      searchParams.get('sslmode') === 'disable'
        ? false
        : { rejectUnauthorized: true, ...(address.tls === undefined ? {} : { ca: [...address.tls.ca] }) },
    password: address.password,
    ...(address.takesSettings ? startUp : {}),
  };
}
