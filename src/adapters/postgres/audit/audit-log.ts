import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseError, type Pool } from 'pg';
import { type RefusedFacts, factsOf } from '../../../core/audit';
import type { Ids } from '../../../core/kernel';
import type { AuditLog, Log } from '../../../core/ports';
import { writeRefusals } from './write-refusals';

export interface AuditLogOptions {
  readonly ids: Ids;
  /** Receives what could not be written, since nobody awaits it. */
  readonly report: Pick<Log, 'error'>;
  /** Refusals that may wait to be written; beyond it new ones are dropped and counted. @default 10000 */
  readonly bound?: number;
  /** Refusals in one transaction at most. @default 500 */
  readonly batchLimit?: number;
  /** Wait before a batch is tried again that the database did not take. @default 1000 */
  readonly retryDelayMs?: number;
  /** How long `close` waits for what is left. @default 5000 */
  readonly closeTimeoutMs?: number;
}

export interface PostgresAuditLog extends AuditLog {
  /** Refusals that could not be written, ever since the start. */
  dropped(): number;
  /** Refusals that wait to be written. */
  waiting(): number;
}

/**
 * Refusals gather while a batch is being written and go together in the next; the answer to the caller waits
 * for none of it. While the database is away they wait, up to the bound.
 */
export function createAuditLog(pool: Pool, options: AuditLogOptions): PostgresAuditLog {
  const { ids, report, bound = 10_000, batchLimit = 500 } = options;
  const waiting: RefusedFacts[] = [];
  const closing = new AbortController();
  let dropped = 0;
  let reported = 0;
  let writing: Promise<void> | null = null;

  function record(refusal: Parameters<AuditLog['record']>[0]): void {
    if (waiting.length >= bound || closing.signal.aborted) {
      dropped += 1;
      return;
    }
    waiting.push(factsOf(refusal, ids()));
    // setImmediate lets every refusal of this turn of the event loop join the batch.
    writing ??= new Promise<void>((begin) => setImmediate(begin)).then(writeAll);
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 && !closing.signal.aborted) {
      const batch = waiting.slice(0, batchLimit);
      const outcome = await write(batch);
      if (outcome === 'later') await pauseUnlessClosing();
      else waiting.splice(0, batch.length);
      reportDropped();
    }
    writing = null;
  }

  async function write(batch: readonly RefusedFacts[]): Promise<'written' | 'dropped' | 'later'> {
    try {
      await writeRefusals(pool, batch);
      return 'written';
    } catch (error) {
      report.error({ err: error, count: batch.length }, 'refusals could not be written to the audit');
      // What the database will never take must not keep the rest from being written.
      if (!isContentError(error)) return 'later';
      dropped += batch.length;
      return 'dropped';
    }
  }

  const pauseUnlessClosing = () =>
    pause(options.retryDelayMs ?? 1_000, undefined, { signal: closing.signal }).catch(() => undefined);

  function reportDropped(): void {
    if (dropped === reported) return;
    report.error({ count: dropped - reported, total: dropped, bound }, 'refusals are missing in the audit');
    reported = dropped;
  }

  return {
    record,
    dropped: () => dropped,
    waiting: () => waiting.length,
    async close() {
      const given = new AbortController();
      const timeout = pause(options.closeTimeoutMs ?? 5_000, undefined, { signal: given.signal });
      // A write that hangs must not keep the process from ending.
      await Promise.race([writing, timeout]);
      given.abort();
      await timeout.catch(() => undefined);
      closing.abort();
      dropped += waiting.splice(0).length;
      reportDropped();
    },
  };
}

/** Errors of class 22 (data), 23 (constraint) and 54 (limits) are about what was written, not about the server. */
const isContentError = (error: unknown): boolean =>
  error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');
