import type { Clock } from '../../core/kernel';
import type {
  Append,
  AppendOutcome,
  Feed,
  IdempotentRequest,
  Journal,
  KnownAnswer,
  RecordedEvent,
} from '../../core/ports';

interface StoredAnswer {
  readonly requestHash: Buffer;
  readonly answer: { readonly status: number; readonly body: string };
}

/** The journal's contract without a database: one partition, kept for the life of the process. */
export function createMemoryJournal(options: {
  readonly clock: Clock;
  readonly partition?: number;
}): Journal & Feed {
  const partition = options.partition ?? 1;
  const log: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  const answers = new Map<string, StoredAnswer>();
  const subscribers = new Set<() => void>();

  function known(request: IdempotentRequest): KnownAnswer | null {
    const stored = answers.get(request.keyHash.toString('hex'));
    if (stored === undefined) return null;
    return stored.requestHash.equals(request.requestHash)
      ? { kind: 'replayed', answer: stored.answer }
      : { kind: 'key_reused' };
  }

  /** Runs to its end without yielding, as one database transaction would. */
  function commit(append: Append): AppendOutcome {
    const replay = append.idempotency === undefined ? null : known(append.idempotency);
    if (replay !== null) return replay;
    const stream = streams.get(append.stream) ?? [];
    if (stream.length !== append.expectedVersion) return { kind: 'conflict' };
    const recordedAt = options.clock();
    for (const event of append.events) {
      const recorded: RecordedEvent = {
        partition,
        position: log.length + 1,
        tenant: append.tenant,
        stream: append.stream,
        version: stream.length + 1,
        ...structuredClone(event),
        metadata: append.metadata,
        recordedAt,
      };
      log.push(recorded);
      stream.push(recorded);
    }
    streams.set(append.stream, stream);
    if (append.idempotency) answers.set(append.idempotency.keyHash.toString('hex'), append.idempotency);
    for (const wake of subscribers) queueMicrotask(wake);
    return { kind: 'appended', version: stream.length, position: log.length, recordedAt };
  }

  return {
    append: (append) => Promise.resolve().then(() => commit(append)),
    readStream: (tenant, stream) =>
      Promise.resolve((streams.get(stream) ?? []).filter((event) => event.tenant === tenant)),
    findAnswer: (request) => Promise.resolve(known(request)),
    read: (after, limit) => Promise.resolve(log.slice(after, after + limit)),
    head: () => Promise.resolve(log.length),
    subscribe(wake) {
      subscribers.add(wake);
      return () => subscribers.delete(wake);
    },
  };
}
