import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { Clock } from '../core/kernel';
import type { Feed, FileStore, Log, Metrics, Reader, RecordedEvent } from '../core/ports';
import { type CarriedOutcome, applyCarried } from './apply-carried';

/** A record of the stream as it was read. */
type ParsedRecord =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'malformed'; readonly cause: string };

export interface StreamReaderOptions {
  /** Never throws. */
  readonly eventOf: (data: Uint8Array) => ParsedRecord;
  readonly reader: Reader;
  readonly feed: Pick<Feed, 'read' | 'head'>;
  /** Takes records that could not be read, with their cause. */
  readonly parking: Pick<FileStore, 'put'>;
  readonly log: Log;
  readonly counts: Metrics;
  /** Runs `work` as a named part of a trace. */
  readonly traced: <Value>(
    name: string,
    facts: Readonly<Record<string, unknown>>,
    work: () => Promise<Value>,
  ) => Promise<Value>;
  readonly clock: Clock;
}

/** What remains of an invocation's time. */
interface TimeLeft {
  getRemainingTimeInMillis(): number;
}

type Decoded = ParsedRecord & { readonly record: KinesisStreamRecord };

type Outcome = Pick<CarriedOutcome, 'position' | 'end'> & { readonly appliedCount: number };

/** Left for the answer and the log when no further transaction is begun: longer than one takes. */
const reserveMs = 3_000;

/**
 * Takes a reader along with what a shard of the stream delivers. What could not be read is parked and never holds up
 * the shard; what did not take effect is delivered again, from the first such record on.
 * @source docs/adr/0010
 */
export function createStreamReader(options: StreamReaderOptions) {
  const { eventOf, reader, feed, parking, log, counts, traced, clock } = options;
  const decode = (record: KinesisStreamRecord): Decoded => ({
    ...eventOf(Buffer.from(record.kinesis.data, 'base64')),
    record,
  });

  async function park({ record, cause }: Extract<Decoded, { kind: 'malformed' }>): Promise<boolean> {
    const { shard, sequence } = placeOf(record);
    const facts = { reader: reader.name, shard, sequence, cause };
    try {
      await parking.put(
        `stream/${reader.name}/${shard}/${sequence}.json`,
        Buffer.from(JSON.stringify({ ...facts, ...wordsOf(record) })),
        { contentType: 'application/json' },
      );
      log.error(facts, 'a record of the stream could not be read; it is parked');
      return true;
    } catch (error) {
      log.error({ ...facts, err: error }, 'a record that could not be read could not be parked either');
      return false;
    }
  }

  return (event: KinesisStreamEvent, time: TimeLeft): Promise<KinesisStreamBatchResponse> => {
    const decoded = event.Records.map(decode);
    const [first] = eventsOf(decoded);
    const facts = { ...originOf(first), position: first?.position };
    return traced(reader.name, facts, () => read(decoded, time));
  };

  async function read(batch: readonly Decoded[], time: TimeLeft): Promise<KinesisStreamBatchResponse> {
    const { decoded, outcome } = await apply(batch, time);
    const parked = new Set<KinesisStreamRecord>();
    for (const one of decoded) if (one.kind === 'malformed' && (await park(one))) parked.add(one.record);
    const first = decoded.find((one) => !isDone(one, outcome, parked));
    tellDone(decoded, outcome);
    measureLag(decoded, first, outcome);
    if (first === undefined) return { batchItemFailures: [] };
    tellUndone(outcome, first);
    return { batchItemFailures: [{ itemIdentifier: first.record.kinesis.sequenceNumber }] };
  }

  async function apply(
    batch: readonly Decoded[],
    time: TimeLeft,
  ): Promise<{ readonly decoded: readonly Decoded[]; readonly outcome: Outcome }> {
    try {
      const head = await feed.head();
      const decoded = batch.map((one) => possible(one, head));
      const events = eventsOf(decoded);
      const { position, end, fromBatch, fromJournal } = await applyCarried(reader, feed, events, {
        // The position of what could not be read is unknown: the journal's head is at or beyond it.
        through: events.length < decoded.length ? head : 0,
        hasTime: () => time.getRemainingTimeInMillis() > reserveMs,
      });
      return { decoded, outcome: { position, end, appliedCount: fromBatch + fromJournal } };
    } catch (error) {
      return { decoded: batch, outcome: { position: 0, end: { kind: 'failed', error }, appliedCount: 0 } };
    }
  }

  /** The line that finds, for a request, the readers that have what it did. */
  function tellDone(decoded: readonly Decoded[], { position }: Outcome): void {
    const done = eventsOf(decoded).filter((event) => event.position <= position);
    if (done.length === 0) return;
    const correlationIds = [...new Set(done.map(({ metadata }) => metadata.correlationId))];
    log.info(
      { reader: reader.name, position, eventCount: done.length, correlationIds },
      'a batch of the stream took effect',
    );
  }

  /** What was brought before was measured then. The clocks of the database and of the function may differ a little. */
  function measureLag(decoded: readonly Decoded[], undone: Decoded | undefined, outcome: Outcome): void {
    const { position, appliedCount } = outcome;
    const done = eventsOf(decoded).filter((event) => event.position <= position);
    const newest = done.sort((left, right) => right.position - left.position)[0];
    const event = undone?.kind === 'event' ? undone.event : appliedCount > 0 ? newest : undefined;
    if (event !== undefined)
      counts.record('EventLagSeconds', Math.max(0, clock() - event.recordedAt) / 1_000);
  }

  function tellUndone({ position, end }: Outcome, first: Decoded): void {
    const [event] = eventsOf([first]);
    const facts = { reader: reader.name, position, ...placeOf(first.record), ...originOf(event) };
    if (end.kind === 'failed') log.error({ ...facts, err: end.error }, 'a batch of the stream failed');
    else log.warn(facts, 'a batch of the stream is not done yet');
  }
}

const eventsOf = (decoded: readonly Decoded[]): readonly RecordedEvent[] =>
  decoded.flatMap((one) => (one.kind === 'event' ? [one.event] : []));

/**
 * An event is on the stream only after it is in the journal: what claims a later position is none. It may have been one, in a
 * journal that has been restored to an earlier moment since.
 */
const possible = (one: Decoded, head: number): Decoded =>
  one.kind === 'malformed' || one.event.position <= head
    ? one
    : {
        kind: 'malformed',
        record: one.record,
        cause: `position ${String(one.event.position)} lies beyond the journal's head, ${String(head)}`,
      };

const originOf = (event: RecordedEvent | undefined) => ({
  correlationId: event?.metadata.correlationId,
  trace: event?.metadata.trace,
});

function isDone(one: Decoded, { position, end }: Outcome, parked: ReadonlySet<KinesisStreamRecord>): boolean {
  if (one.kind === 'event') return one.event.position <= position;
  return parked.has(one.record) && end.kind === 'reached';
}

const placeOf = ({ eventID, kinesis }: KinesisStreamRecord) => ({
  shard: eventID.split(':')[0] ?? eventID,
  sequence: kinesis.sequenceNumber,
});

/** Enough to see what it was, and to put it on the stream again. */
const wordsOf = ({ kinesis }: KinesisStreamRecord) => ({
  partitionKey: kinesis.partitionKey,
  arrivedAt: kinesis.approximateArrivalTimestamp,
  data: kinesis.data,
});
