import { type JsonObject, type TenantId, type TraceParent, assert, isStorableText } from '../kernel';
import type { Shortfall } from './balances';

/** A fact to be written. `data` is JSON; money in it is `MoneyData`. */
export interface NewEvent {
  readonly type: string;
  /** The version of the shape of `data`; older shapes are upcast on read. */
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

export interface EventMetadata {
  /** Who caused it: `key_…` (an API key), `operator`, `psp:stripe`, `worker`. */
  readonly actor: string;
  /** The same for everything that one request set in motion. */
  readonly correlationId: string;
  /** The event or job that led here; absent when a person or merchant asked. */
  readonly causationId?: string;
  readonly requestId?: string;
  /** The trace that this belongs to; absent when nobody traces. */
  readonly trace?: TraceParent;
  /** Written by the journal: hash of the request's idempotency key, a dot, digest of the answer that was kept. */
  readonly answered?: string;
}

/** An event as the journal keeps it. Immutable. */
export interface RecordedEvent {
  readonly partition: number;
  /** 1, 2, 3 … within the partition, without a gap; the order in which commits happened. */
  readonly position: number;
  readonly tenant: TenantId;
  readonly stream: string;
  /** 1, 2, 3 … within the stream, without a gap. */
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  /** Database time of the commit, milliseconds since the epoch. */
  readonly recordedAt: number;
}

/** The answer to a request, kept with its effect so that a retry gets the same bytes. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A retry gets the first answer for at least so many days; afterwards the same key makes a new request. */
export const leastKeepDays = 30;

export interface IdempotentRequest {
  /** SHA-256 of tenant, endpoint and the caller's Idempotency-Key, first 16 bytes. */
  readonly keyHash: Buffer;
  /** SHA-256 of the request's body and target, first 16 bytes. */
  readonly requestHash: Buffer;
}

/** The events that go to one stream. */
export interface StreamWrite {
  readonly stream: string;
  /** The version of the stream that the decision was made on; 0 for a stream that must not exist yet. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Events for one or several streams, each of them named once. */
export interface Append {
  readonly tenant: TenantId;
  readonly writes: readonly StreamWrite[];
  readonly metadata: EventMetadata;
  readonly idempotency?: IdempotentRequest & { readonly answer: Answer };
  /** Names this append for those that are decided on it while it is not written yet. */
  readonly token?: AppendToken;
  /** The append that this one was decided on: without that one, this one is a conflict. */
  readonly after?: AppendToken;
}

/** Equal only to itself. */
export interface AppendToken {
  readonly stream: string;
}

/** An append to one stream. */
export function toStream({
  stream,
  expectedVersion,
  events,
  ...append
}: StreamWrite & Omit<Append, 'writes'>): Append {
  return { ...append, writes: [{ stream, expectedVersion, events }] };
}

/** Longer than every stream's name, which may end with an id that another system made, and short enough for an index. */
const longestName = 512;

/** Stops an append that says nothing, that names a stream twice, or that not every reader could take. */
export function requireWrites({ tenant, writes, metadata }: Append): void {
  assert(writes.length > 0, 'an append writes to at least one stream');
  const names = [tenant, ...writes.map(({ stream }) => stream), ...Object.values<string>({ ...metadata })];
  for (const name of names)
    assert(
      name.length > 0 && name.length <= longestName && isStorableText(name),
      `a name of ${String(name.length)} characters can be stored and indexed`,
    );
  for (const { stream, events } of writes)
    assert(events.length > 0, `an append writes at least one event to ${stream}`);
  if (writes.length === 1) return;
  const streams = new Set(writes.map(({ stream }) => stream));
  assert(streams.size === writes.length, 'an append names each of its streams once');
}

export type AppendOutcome =
  /** Durable. `versions` has each write's stream in the order of the writes, `position` is that of the last event. */
  | {
      readonly kind: 'appended';
      readonly versions: readonly number[];
      readonly position: number;
      readonly recordedAt: number;
    }
  /** A stream has moved on since the decision: load and decide again. Nothing was written. */
  | { readonly kind: 'conflict' }
  /** A guarded balance does not allow what the events do to it. Nothing was written. */
  | ({ readonly kind: 'insufficient' } & Shortfall)
  /** The key was answered before, for the same request. Nothing was written. */
  | { readonly kind: 'replayed'; readonly answer: Answer }
  /** The key was answered before, for another request. Nothing was written. */
  | { readonly kind: 'key_reused' };

export type KnownAnswer = Extract<AppendOutcome, { kind: 'replayed' | 'key_reused' }>;

/**
 * The single source of truth: an append-only log of events, in streams, with positions.
 *
 * Ordering: within a partition, readers see events in position order and never see position n before
 * everything below n is visible. Within a stream, versions are the order of decisions.
 *
 * @throws JournalOverloaded when more appends wait than the bound allows; nothing was written.
 * @throws JournalUnavailable when the database cannot be reached; the append may or may not have
 *   happened, and a retry with the same idempotency key or expected version finds out.
 */
export interface Journal {
  /**
   * Writes all events of an append, in the order of its writes, with their effects on guarded balances, or nothing of
   * it. A refusal of one append never touches its neighbours.
   */
  append(append: Append): Promise<AppendOutcome>;
  /** A tenant's stream in version order; empty when it does not exist or is another tenant's. */
  readStream(tenant: TenantId, stream: string): Promise<readonly RecordedEvent[]>;
  /** The stored answer for an idempotency key, or null when the key is new. */
  findAnswer(request: IdempotentRequest): Promise<KnownAnswer | null>;
  /** The order of this process's commands. */
  readonly commands: CommandQueue;
}

/** The commands of one process, which go one after another on each stream. */
export interface CommandQueue {
  /**
   * Runs `work` once every command that came before it on the stream has left its turn.
   * @throws JournalOverloaded when more commands wait than the bound allows
   */
  inTurn<Value>(place: StreamPlace, work: (turn: Turn) => Promise<Value>): Promise<Value>;
  /** Waits before a command that another process overtook is tried again. @param tries those that failed, from 1 */
  pause(tries: number): Promise<void>;
}

export interface StreamPlace {
  readonly tenant: TenantId;
  readonly stream: string;
}

/** A command's turn on its stream. */
export interface Turn {
  /** The state that the last command left; null when the stream is to be loaded. */
  readonly tail: Tail | null;
  /** Ends the turn, so that the next command decides. @param tail the state that it decides on */
  leave(tail: Tail | null): void;
}

/** A stream's state after an append that is written, or on its way. */
export interface Tail {
  /** The aggregate that folded the state, which alone can read it. */
  readonly aggregate: unknown;
  readonly state: unknown;
  readonly version: number;
  readonly token: AppendToken;
  /** Whether the append is written; null while it is on its way. */
  isWritten: boolean | null;
  /** Resolves with `isWritten` when that is known. */
  readonly settled: Promise<boolean>;
}

/** What readers follow. */
export interface Feed {
  /** Up to `limit` events of the partition after `position`, in order. */
  read(after: number, limit: number): Promise<readonly RecordedEvent[]>;
  /** The position of the newest committed event; 0 when there is none. */
  head(): Promise<number>;
  /**
   * Calls `wake` soon after a commit, at the latest after the polling interval. Calls may be merged.
   * @returns stops the calls.
   */
  subscribe(wake: () => void): () => void;
}

/** More appends wait than the bound allows. Nothing was written; try again after `retryAfterMs`. */
export class JournalOverloaded extends Error {
  override readonly name = 'JournalOverloaded';
  constructor(
    readonly waiting: number,
    readonly retryAfterMs: number,
  ) {
    super(`${String(waiting)} appends already wait for the journal`);
  }
}

/** The database did not answer. Whether the append happened is unknown until it is asked again. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}
