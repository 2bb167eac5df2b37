import { Signer, type SignerConfig } from '@aws-sdk/rds-signer';

export interface IamPasswordOptions extends Pick<SignerConfig, 'credentials'> {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly region: string;
  /** How long a token is used for new connections, below the 15 minutes that it is good for. @default 600000 */
  readonly maxAgeMs?: number;
  /** How long signing may take; it may have to fetch credentials. @default 5000 */
  readonly timeoutMs?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

/** The database cannot be opened by IAM now: there are no credentials, or they did not come in time. */
export class DatabaseTokenUnavailable extends Error {
  override readonly name = 'DatabaseTokenUnavailable';
}

/**
 * The password of a `pg` pool as a function: a token signed by the role of the program, made when a connection
 * needs one. A connection that is open stays open when its token ends. Concurrent calls sign once; a failed one is
 * not remembered.
 * @source Amazon RDS User Guide, IAM database authentication: a token is good for 15 minutes
 */
export function createIamPassword(options: IamPasswordOptions): () => Promise<string> {
  const { maxAgeMs = 600_000, timeoutMs = 5_000, now = () => performance.now(), ...target } = options;
  const signer = new Signer(target);
  let token: { readonly text: string; readonly signedAt: number } | null = null;
  let signing: Promise<string> | null = null;

  const sign = async (): Promise<string> => {
    const signedAt = now();
    const { hostname, username } = options;
    try {
      const text = await within(timeoutMs, signer.getAuthToken());
      token = { text, signedAt };
      return text;
    } catch (error) {
      throw new DatabaseTokenUnavailable(
        `no token for ${username} at ${hostname}: give the program a role that may rds-db:connect`,
        { cause: error },
      );
    } finally {
      signing = null;
    }
  };
  return () => {
    if (token !== null && now() - token.signedAt < maxAgeMs) return Promise.resolve(token.text);
    return (signing ??= sign());
  };
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not signed within ${String(timeoutMs)} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
