import type { ClientConfig } from 'pg';

/**
 * Where a database is, and how one signs in there. A URL that holds the password says both, and names the owner, whose
 * sessions drop to the application role. A signed address names a user that has the rights of one program and no more.
 */
export type DatabaseAddress = string | SignedAddress;

export interface SignedAddress {
  /** Without a password. The connection is encrypted and the server's certificate verified, unless it says `sslmode=disable`. */
  readonly url: string;
  /** Asked for every new connection, because tokens last minutes and passwords are rotated. */
  readonly password: () => Promise<string>;
  /**
   * Whether a connection may begin with settings of its own. A proxy that shares connections (RDS Proxy) refuses them;
   * the user then brings the timeouts as its own settings.
   */
  readonly takesSettings: boolean;
  /** The authorities that may sign the server's certificate. @default those of Node.js */
  readonly tls?: { readonly ca: readonly string[] };
}

/** Server settings of a connection, for example `enable_sort: 'off'`. */
export type SessionSettings = Readonly<Record<string, string>>;

export interface SessionOptions {
  /** The role that a session of the owner has from its first statement on. */
  readonly ownerDropsTo: string;
  readonly settings: SessionSettings;
}

/** What goes with the first message of a connection. */
export interface StartUp extends Pick<
  ClientConfig,
  'statement_timeout' | 'idle_in_transaction_session_timeout'
> {
  readonly options?: SessionOptions;
}

/** What `pg` needs to connect. */
export function connectionTo(address: DatabaseAddress, { options, ...timeouts }: StartUp = {}): ClientConfig {
  if (typeof address === 'string')
    return {
      connectionString: address,
      ...timeouts,
      ...(options === undefined ? {} : inWords({ role: options.ownerDropsTo, ...options.settings })),
    };
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
    ...(address.takesSettings ? { ...timeouts, ...inWords(options?.settings ?? {}) } : {}),
  };
}

/** As the server takes them; without any, nothing is sent. */
function inWords(settings: SessionSettings): Pick<ClientConfig, 'options'> {
  const words = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return words.length === 0 ? {} : { options: words.join(' ') };
}
