import { JournalOverloaded, JournalUnavailable, ReadModelBehind, VersionConflict } from '../../core/ports';
import { Problem } from './problem';

const unavailableRetrySeconds = 1;

/**
 * PostgreSQL's classes of errors that are about the server, not the statement: connection, resources, operator
 * intervention, system. @source PostgreSQL manual, appendix A
 */
const outageState = /^(?:08|53|57|58)[0-9A-Z]{3}$/;
const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
/** The database driver says these without a code. @source pg, pg-pool */
const outageMessages =
  /timeout exceeded when trying to connect|Connection terminated|connection timeout|Query read timeout|not queryable/i;

/** The problem behind an error of the infrastructure; null for anything else, which is a defect. */
export function infrastructureProblem(error: unknown): Problem | null {
  if (error instanceof VersionConflict) return new Problem({ code: 'concurrent_modification', cause: error });
  if (error instanceof JournalOverloaded)
    return new Problem({
      code: 'overloaded',
      retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1_000)),
      cause: error,
    });
  if (error instanceof JournalUnavailable || error instanceof ReadModelBehind || isDatabaseOutage(error))
    return new Problem({
      code: 'temporarily_unavailable',
      retryAfterSeconds: unavailableRetrySeconds,
      cause: error,
    });
  return null;
}

function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string')
    return outageState.test(error.code) || outageCodes.has(error.code);
  return outageMessages.test(error.message);
}
