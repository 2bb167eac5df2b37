import { systemErrorCode } from '../../adapters/embedded/system-error-code';
import { failureInWords } from '../process/failure-in-words';
import { patiently } from '../process/patiently';
import type { BeginStep } from '../process/start-steps';

export interface ServerWait {
  readonly url: string;
  /** What the start waits for meanwhile, as it ends the sentence "waiting for …". */
  readonly waitingFor: string;
  /** Receives one line when the server takes no session yet. */
  readonly tell: (line: string) => void;
  readonly begin?: BeginStep | undefined;
}

/** Repeats work on a database while its server starts, recovers or is full. @throws an error that says what to correct */
export function awaitDatabaseServer<Value>(
  { url, waitingFor, tell, begin }: ServerWait,
  work: () => Promise<Value>,
): Promise<Value> {
  const place = placeOf(url);
  return patiently(work, {
    patienceMsFor: databasePatienceMs,
    onWaiting: (error, patienceMs) =>
      tell(
        `The database ${place} takes no session yet (${failureInWords(error)}). Trying again for ${String(patienceMs / 1_000)} s.`,
      ),
    beforeAttempt: () => begin?.(waitingFor),
  }).catch((error: unknown) => {
    throw isRefusedByServer(error) ? unusable(place, error) : error;
  });
}

/**
 * A server that starts, recovers or is full says so, and lets sessions in later. A server that cannot be reached may be
 * starting, or be named wrong: a person who mistyped the port should not wait long.
 * @source PostgreSQL, Appendix A: 57P01 admin_shutdown, 57P02 crash_shutdown, 57P03 cannot_connect_now, 53300
 * too_many_connections
 */
function databasePatienceMs(error: unknown): number {
  const code = systemErrorCode(error) ?? '';
  if (['57P01', '57P02', '57P03', '53300'].includes(code)) return 120_000;
  if (['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN'].includes(code)) return 5_000;
  return 0;
}

/** The network and PostgreSQL give their errors a code; a migration that failed has none of its own. */
const isRefusedByServer = (error: unknown): boolean => systemErrorCode(error) !== undefined;

const unusable = (place: string, cause: unknown): Error =>
  new Error(
    `The database ${place} cannot be used. Start its server, or correct DATABASE_URL (or the FINCORE_…_DATABASE_URL of that store): server, port, user, password and database.`,
    { cause },
  );

/** Host, port and name of a database. The rest of its URL may be secret. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
