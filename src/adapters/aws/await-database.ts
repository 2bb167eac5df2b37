import { setTimeout as pause } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { withClient } from '../postgres/with-client';

export interface DatabasePatience {
  /** How long the database may take to answer, in all. */
  readonly patienceMs: number;
  /** Between two attempts. */
  readonly intervalMs: number;
}

/**
 * A cluster that has paused resumes within 15 seconds, or half a minute when it has rested for a day.
 * @source https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const resumption: DatabasePatience = { patienceMs: 180_000, intervalMs: 2_000 };

/**
 * Resolves when the database answers. Reports the first attempt that found it unreachable. Rejects at once for a database that refuses,
 * for example the password, and with the last cause when patience ends.
 */
export async function awaitDatabase(
  config: ClientConfig,
  tell: (line: string) => void,
  { patienceMs, intervalMs }: DatabasePatience = resumption,
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await withClient(config, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (!isUnreachable(error) || performance.now() + intervalMs > deadlineMs) throw error;
      if (attempt === 1)
        tell(
          `The database at ${String(config.host)} does not answer; it may be resuming. Waiting up to ${String(patienceMs / 1_000)} s.`,
        );
      await pause(intervalMs);
    }
  }
}

const networkCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  // PostgreSQL: cannot_connect_now, while it starts up.
  '57P03',
]);

/** `pg` gives its own time-outs and broken connections no code. */
const ownWords = /^(timeout expired|Connection terminated)/;

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && networkCodes.has(error.code)) || ownWords.test(error.message);
}
