import { type ClientBase, DatabaseError, type Pool } from 'pg';
import { assert } from '../../../core/kernel';
import {
  type Append,
  type AppendOutcome,
  type Feed,
  type IdempotentRequest,
  type Journal,
  JournalUnavailable,
  type KnownAnswer,
  type RecordedEvent,
} from '../../../core/ports';
import type { DatabaseAddress } from '../database-address';
import { openPool } from '../pool';
import { coalesce } from './coalesce';
import { createGroupCommit } from './group-commit';
import { type LocalAppends, createLocalAppends } from './local-appends';
import { listenForCommits } from './listen';
import { plannerSettings } from './planner-settings';
import { type AppendResult, append as appendBatch } from './queries/append';
import { appendEvent } from './queries/append-event';
import { type AnswerRow, findAnswers } from './queries/find-answers';
import { readFeed } from './queries/read-feed';
import { readHead } from './queries/read-head';
import { readStreams } from './queries/read-streams';
import { WriterConnection } from './writer-connection';

export interface PostgresJournalOptions {
  readonly connectionString: DatabaseAddress;
  /** @default 1 */
  readonly partition?: number;
  /** Appends in one commit at most. @default 500 */
  readonly batchLimit?: number;
  /** Appends that may wait for a commit. @default 5000 */
  readonly queueLimit?: number;
  /** Connections for reading. @default 4 */
  readonly readPoolSize?: number;
  /** How often readers are woken when no commit is heard of. @default 500 */
  readonly pollIntervalMs?: number;
  /** A commit that takes longer is reported as unavailable. @default 10000 */
  readonly writeTimeoutMs?: number;
  readonly onError?: (error: Error) => void;
}

export interface PostgresJournal extends Journal, Feed, LocalAppends {
  /** Appends that wait for a commit. */
  waiting(): number;
  /** Finishes what was submitted, then closes every connection. */
  close(): Promise<void>;
}

/** The journal on PostgreSQL: group commit on one connection, coalesced reads on a small pool. */
export function createPostgresJournal(options: PostgresJournalOptions): PostgresJournal {
  const partition = options.partition ?? 1;
  const onError = options.onError ?? (() => undefined);
  const pool = openPool({
    connectionString: options.connectionString,
    size: options.readPoolSize ?? 4,
    applicationName: 'fincore-journal-read',
    settings: plannerSettings,
    onError,
  });
  const connection = new WriterConnection({
    connectionString: options.connectionString,
    timeoutMs: options.writeTimeoutMs ?? 10_000,
    onError,
  });
  const local = createLocalAppends(partition);
  const wakes = createWakes({
    connectionString: options.connectionString,
    pollIntervalMs: options.pollIntervalMs ?? 500,
    isOwn: (backend) => backend === connection.backend(),
    onError,
  });
  const writer = createGroupCommit({
    batchLimit: options.batchLimit ?? 500,
    queueLimit: options.queueLimit ?? 5_000,
    isContentError,
    write: async (batch) => {
      const result = await connection.use((client) => write(client, partition, batch));
      local.tell(batch, result);
      wakes.wakeHere();
      return result;
    },
  });
  const streamOf = coalesce({
    concurrency: 2,
    batchLimit: 100,
    lookUp: (streams: readonly string[]) => lookUpStreams(pool, streams),
  });
  const answerOf = coalesce({
    concurrency: 2,
    batchLimit: 500,
    lookUp: (keys: readonly Buffer[]) => lookUpAnswers(pool, keys),
  });

  async function findAnswer(request: IdempotentRequest): Promise<KnownAnswer | null> {
    const row = await available(answerOf(request.keyHash));
    if (row === null) return null;
    if (!row.request_hash.equals(request.requestHash)) return { kind: 'key_reused' };
    return { kind: 'replayed', answer: { status: row.status, body: row.body } };
  }

  return {
    async append(append: Append): Promise<AppendOutcome> {
      assert(append.events.length > 0, 'an append writes at least one event');
      const outcome = await writer.submit(append);
      if (outcome.kind === 'appended') return outcome;
      return (append.idempotency && (await findAnswer(append.idempotency))) ?? { kind: 'conflict' };
    },
    async readStream(tenant, stream) {
      const events = await available(streamOf(stream));
      return events.filter((event) => event.tenant === tenant);
    },
    findAnswer,
    read: (after, limit) => available(readFeed(pool, partition, after, limit)),
    head: () => available(readHead(pool, partition)),
    subscribe: (wake) => wakes.subscribe(wake),
    subscribeToOthers: (wake) => wakes.subscribeToOthers(wake),
    onAppended: (listener) => local.onAppended(listener),
    waiting: () => writer.waiting(),
    async close() {
      await writer.drain();
      await wakes.stop();
      await connection.close();
      await pool.end();
    },
  };
}

async function write(client: ClientBase, partition: number, batch: readonly Append[]): Promise<AppendResult> {
  const [append] = batch;
  const [event] = append?.events ?? [];
  const isAlone = batch.length === 1 && append?.events.length === 1;
  const written = isAlone && event !== undefined ? await appendEvent(client, partition, append, event) : null;
  return written ?? (await appendBatch(client, partition, batch));
}

/** Errors of class 22 (data), 23 (constraint) and 54 (limits) are about what was written, not about the server. */
const isContentError = (error: unknown): boolean =>
  error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');

async function available<Value>(query: Promise<Value>): Promise<Value> {
  try {
    return await query;
  } catch (error) {
    throw new JournalUnavailable('the journal could not be read', { cause: error });
  }
}

async function lookUpStreams(
  pool: Pool,
  streams: readonly string[],
): Promise<readonly (readonly RecordedEvent[])[]> {
  const byStream = new Map<string, RecordedEvent[]>();
  for (const event of await readStreams(pool, [...new Set(streams)])) {
    const known = byStream.get(event.stream);
    if (known === undefined) byStream.set(event.stream, [event]);
    else known.push(event);
  }
  return streams.map((stream) => byStream.get(stream) ?? []);
}

async function lookUpAnswers(pool: Pool, keys: readonly Buffer[]): Promise<readonly (AnswerRow | null)[]> {
  const rows = new Map((await findAnswers(pool, keys)).map((row) => [row.key_hash.toString('hex'), row]));
  return keys.map((key) => rows.get(key.toString('hex')) ?? null);
}

/** Wakes subscribers after commits of this process at once, of others by notification, and by a poll at the latest. */
function createWakes(options: {
  readonly connectionString: DatabaseAddress;
  readonly pollIntervalMs: number;
  /** Whether a backend is the one that writes for this process. */
  readonly isOwn: (backend: number) => boolean;
  readonly onError: (error: Error) => void;
}) {
  const { connectionString, pollIntervalMs, isOwn, onError } = options;
  const subscribers = new Set<() => void>();
  const subscribersToOthers = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  let stopListening: (() => Promise<void>) | null = null;
  const wakeHere = () => {
    for (const wake of subscribers) wake();
  };
  const wakeAll = () => {
    wakeHere();
    for (const wake of subscribersToOthers) wake();
  };
  const heard = (backend: number) => {
    if (!isOwn(backend)) wakeAll();
  };
  const subscribeTo = (woken: Set<() => void>, wake: () => void) => {
    woken.add(wake);
    timer ??= setInterval(wakeAll, pollIntervalMs).unref();
    stopListening ??= listenForCommits({ connectionString, onCommit: heard, onConnect: wakeAll, onError });
    return () => {
      woken.delete(wake);
    };
  };
  return {
    wakeHere,
    subscribe: (wake: () => void) => subscribeTo(subscribers, wake),
    subscribeToOthers: (wake: () => void) => subscribeTo(subscribersToOthers, wake),
    async stop() {
      subscribers.clear();
      subscribersToOthers.clear();
      if (timer !== null) clearInterval(timer);
      await stopListening?.();
    },
  };
}
