import { type ClientBase, DatabaseError, type Pool } from 'pg';
import { fullJitterMs } from '../../../core/kernel';
import {
  type Append,
  type AppendOutcome,
  type EffectsOf,
  type Feed,
  type GuardedBalances,
  type IdempotentRequest,
  type Journal,
  JournalUnavailable,
  type KnownAnswer,
  type RecordedEvent,
  createCommandQueue,
  effectsOfAppend,
  netEffects,
  requireWrites,
} from '../../../core/ports';
import type { DatabaseAddress } from '../database-address';
import { listen } from '../listen';
import { openPool } from '../pool';
import { coalesce } from './coalesce';
import { createGroupCommit } from './group-commit';
import { type LocalAppends, createLocalAppends } from './local-appends';
import { plannerSettings } from './planner-settings';
import { append as appendBatch } from './queries/append';
import { appendEvent } from './queries/append-event';
import { appendInTurn } from './queries/append-in-turn';
import { type AnswerRow, findAnswers } from './queries/find-answers';
import { listBalances } from './queries/list-balances';
import { readBalance } from './queries/read-balance';
import { readFeed } from './queries/read-feed';
import { readHead } from './queries/read-head';
import { readStreams } from './queries/read-streams';
import type { AppendResult, Submission } from './submission';
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
  /** @default no event has effects on balances */
  readonly effectsOf?: EffectsOf;
  readonly onError?: (error: Error) => void;
}

export interface PostgresJournal extends Journal, Feed, GuardedBalances, LocalAppends {
  /** Appends that wait for a commit. */
  waiting(): number;
  /** Finishes what was submitted, then closes every connection. */
  close(): Promise<void>;
}

/** The journal on PostgreSQL: group commit on one connection, coalesced reads on a small pool. */
export function createPostgresJournal(options: PostgresJournalOptions): PostgresJournal {
  const partition = options.partition ?? 1;
  const onError = options.onError ?? (() => undefined);
  const effectsOf = options.effectsOf ?? (() => []);
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
      requireWrites(append);
      const effects = effectsOfAppend(append, effectsOf);
      const outcome = await writer.submit({ append, effects, net: netEffects(effects) });
      if (outcome.kind !== 'not_accepted') return outcome;
      return (append.idempotency && (await findAnswer(append.idempotency))) ?? { kind: 'conflict' };
    },
    async readStream(tenant, stream) {
      const events = await available(streamOf(stream));
      return events.filter((event) => event.tenant === tenant);
    },
    findAnswer,
    commands: createCommandQueue({ pause }),
    readBalance: (tenant, balance) => available(readBalance(pool, tenant, balance)),
    listBalances: (tenant, page) => available(listBalances(pool, tenant, page)),
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

/** Growing waits, about a second in all: as long as a burst of another process on one stream lasts. */
const conflictBackoff = { baseDelayMs: 10, maxDelayMs: 500 } as const;

const pause = (tries: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, fullJitterMs(tries, conflictBackoff, Math.random)));

/** One event alone, a batch of independent appends, and everything else each have a statement of their own. */
async function write(
  client: ClientBase,
  partition: number,
  batch: readonly Submission[],
): Promise<AppendResult> {
  if (!isPlain(batch)) return appendInTurn(client, partition, batch);
  const [first] = batch;
  const [write] = first?.append.writes ?? [];
  const [event] = write?.events ?? [];
  const isAlone = batch.length === 1 && write?.events.length === 1;
  if (isAlone && first !== undefined && event !== undefined) {
    const written = await appendEvent(client, partition, first.append, write, event);
    if (written !== null) return written;
  }
  return appendBatch(client, partition, batch);
}

/** Whether each append writes to one stream, which no other of the batch writes to, and changes no balance. */
function isPlain(batch: readonly Submission[]): boolean {
  const streams = new Set<string>();
  for (const { append, net } of batch) {
    const [write, ...others] = append.writes;
    if (write === undefined || others.length > 0 || net.length > 0) return false;
    streams.add(write.stream);
  }
  return streams.size === batch.length;
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
    stopListening ??= listen({
      connectionString,
      channel: 'journal',
      applicationName: 'fincore-journal-listen',
      onNotification: ({ processId }) => heard(processId),
      onConnect: wakeAll,
      onError,
    });
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
