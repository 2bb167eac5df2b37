import { Client } from 'pg';
import { sessionWith } from '../../postgres/pool';
import { type DatabaseAddress, connectionTo } from '../../postgres/database-address';

/** The work of a leader until its term ends. */
export interface Term {
  /** Begins nothing new, and resolves when nothing is in progress any more. */
  end(): Promise<void>;
}

export interface LeadershipOptions {
  /** A session of its own, straight to the server: the lock and the session end together. */
  readonly database: DatabaseAddress;
  /** Programs with the same number have one leader among them. */
  readonly lock: number;
  /** Called when this process becomes the leader. */
  readonly begin: () => Promise<Term>;
  /** Receives lost sessions and of terms that could not begin; each is tried again. */
  readonly onError: (error: unknown) => void;
  /** Between two tries to become the leader, and between two signs of life of a leader. @default 1000 */
  readonly intervalMs?: number;
  /** The server ends a session that is silent for longer, and another process leads. @default 6000 */
  readonly sessionTimeoutMs?: number;
}

export interface Leadership {
  isLeader(): boolean;
  /** Ends the term, then lets another process lead. */
  stop(): Promise<void>;
}

/** An answer that takes longer counts as none: shorter than the session's timeout, so that no second leader is there yet. */
const answerTimeoutMs = 3_000;

/**
 * Leads while this process holds an advisory lock of the database, and stands by while another one does.
 *
 * The lock belongs to a session that does nothing else. A process that is killed loses it at once; one that hangs, or
 * whose network is gone, when the server has got no packet from it for `sessionTimeoutMs`: a hand-over takes at most that
 * and `intervalMs`. A leader that gets no packet from the server ends its term. The old term may still finish what is
 * in progress while the new one begins, so what a term does must bear being done twice.
 */
export function standForLeadership(options: LeadershipOptions): Leadership {
  const { intervalMs = 1_000, sessionTimeoutMs = 6_000 } = options;
  const pause = createPause();
  let session: Client | null = null;
  let term: Term | null = null;
  let isStopping = false;

  async function step(): Promise<void> {
    session ??= await openSession(options.database, sessionTimeoutMs, pause.end);
    if (term !== null) await session.query('SELECT 1');
    else if (await tryLock(session, options.lock)) term = await options.begin();
  }

  async function resign(): Promise<void> {
    const ending = term?.end();
    term = null;
    await ending?.catch(options.onError);
    session?.removeListener('end', pause.end);
    // A session that is lost cannot say goodbye; the server has ended it or will.
    await session?.end().catch(() => undefined);
    session = null;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        await step();
      } catch (error) {
        options.onError(error);
        await resign();
      }
      await pause.wait(intervalMs);
    }
    await resign();
  }

  const running = run();
  return {
    isLeader: () => term !== null,
    async stop() {
      isStopping = true;
      pause.end();
      await running;
    },
  };
}

async function openSession(
  database: DatabaseAddress,
  timeoutMs: number,
  onLost: () => void,
): Promise<Client> {
  const client = new Client({
    ...connectionTo(database, {
      options: sessionWith({ idle_session_timeout: String(timeoutMs) }),
    }),
    application_name: 'fincore-relay-leader',
    connectionTimeoutMillis: 5_000,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
  });
  // The failed query rejects; without a listener the error event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // The next step comes at once, and finds that the session is lost.
    client.on('end', onLost);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function tryLock(session: Client, lock: number): Promise<boolean> {
  const tried = await session.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [lock]);
  return tried.rows[0]?.locked === true;
}

/** A wait that can be cut short; a cut that comes while nobody waits shortens the next one. */
function createPause() {
  let isCut = false;
  let resume: (() => void) | null = null;
  return {
    async wait(delayMs: number): Promise<void> {
      if (!isCut)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, delayMs);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isCut = false;
      resume = null;
    },
    end: (): void => {
      isCut = true;
      resume?.();
    },
  };
}
