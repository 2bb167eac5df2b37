import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { type EventPublisher, type Log, type RecordedEvent, EventsNotPublished } from '../../../core/ports';
import { fullJitterMs } from '../../../core/kernel';
import { recordOfEvent, type EventRecord } from './event-record';
import { createLanes, type Entry } from './lanes';
import { largestRecordBytes, largestRequest, putRecords, sizeOf, type PutOutcome } from './put-records';
import { createRoom } from './room';

export interface KinesisPublisherOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** @default 4 */
  readonly requestsInFlight?: number;
  /** Events in memory at most; who publishes more waits. @default 5000 */
  readonly largestHeldCount?: number;
  /** @default 20 MiB */
  readonly largestHeldBytes?: number;
  /** How long one call tries before it throws. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits before refused records are sent again. @default Math.random */
  readonly random?: () => number;
  /** @default nothing is logged */
  readonly log?: Pick<Log, 'warn'>;
}

interface Outgoing {
  readonly event: RecordedEvent;
  readonly record: EventRecord;
  readonly call: Call;
  refusals: number;
}

/** One call of `publish`, and what it still waits for. */
interface Call {
  /** Positions that are not accepted yet. */
  readonly open: Set<number>;
  readonly settle: (error: EventsNotPublished | null) => void;
  isSettled: boolean;
}

const backoff = { baseDelayMs: 50, maxDelayMs: 2_000 };
const mebibyte = 1024 * 1024;
/** A request that hangs is given up well within the time of its call. */
const requestShare = 1 / 3;

/**
 * Publishes to one Kinesis stream, in order per stream of the journal: of each, only one event is ever under way, so
 * that a record which Kinesis refuses is never overtaken by the next one of its stream, even within one request.
 */
export function createKinesisPublisher(options: KinesisPublisherOptions): EventPublisher {
  const { client, streamName, random = Math.random, log } = options;
  const { requestsInFlight = 4, publishTimeoutMs = 30_000 } = options;
  const { largestHeldCount = 5_000, largestHeldBytes = 20 * mebibyte } = options;
  const target = { client, streamName, timeoutMs: Math.ceil(publishTimeoutMs * requestShare) };
  const lanes = createLanes<Outgoing>();
  const room = createRoom({ count: largestHeldCount, sizeBytes: largestHeldBytes });
  const held = new Set<Entry<Outgoing>>();
  let inFlight = 0;
  let scheduled = false;
  let lastTrouble: Error | undefined;
  let turn: Promise<void> = Promise.resolve();

  const pumpSoon = () => {
    if (scheduled) return;
    scheduled = true;
    // What is published in the same turn of the event loop goes together.
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };
  const pump = () => {
    while (inFlight < requestsInFlight) {
      const entries = lanes.take(largestRequest);
      if (entries.length === 0) return;
      inFlight += 1;
      void putRecords(
        target,
        entries.map(({ item }) => item.record),
      ).then((outcome) => {
        inFlight -= 1;
        settle(entries, outcome);
        pumpSoon();
      });
    }
  };

  const settle = (entries: readonly Entry<Outgoing>[], outcome: PutOutcome) => {
    if (outcome.kind === 'impossible') {
      lastTrouble = outcome.cause;
      for (const entry of entries) if (held.has(entry)) giveUp(entry.item.call, 'they never can be');
      return;
    }
    const refused: Entry<Outgoing>[] = [];
    entries.forEach((entry, index) => {
      if (outcome.kind === 'answered' && outcome.refusals[index] === null) accept(entry);
      else refused.push(entry);
    });
    if (refused.length > 0) sendAgain(refused, outcome);
  };
  const accept = (entry: Entry<Outgoing>) => {
    if (!held.delete(entry)) return;
    lanes.accept(entry);
    room.leave(entry.sizeBytes);
    const { call, event } = entry.item;
    call.open.delete(event.position);
    if (call.open.size === 0) call.settle(null);
  };
  const sendAgain = (refused: readonly Entry<Outgoing>[], outcome: PutOutcome) => {
    lastTrouble =
      outcome.kind === 'answered'
        ? new Error(outcome.refusals.find((refusal) => refusal !== null) ?? 'refused')
        : outcome.cause;
    for (const { item } of refused) item.refusals += 1;
    const tries = Math.min(...refused.map(({ item }) => item.refusals));
    log?.warn(
      { err: lastTrouble, refused: refused.length, tries },
      'Kinesis refused events; sending them again',
    );
    setTimeout(
      () => {
        for (const entry of refused) lanes.comeBack(entry);
        pump();
      },
      fullJitterMs(tries, backoff, random),
    );
  };

  /**
   * Everything that is held is given up with it: later events of its streams must not go before the caller has
   * published these again.
   */
  const giveUp = (call: Call, why: string) => {
    const calls = new Set([call, ...[...held].map(({ item }) => item.call)]);
    lanes.clear();
    for (const entry of held) room.leave(entry.sizeBytes);
    held.clear();
    for (const each of calls) each.settle(notPublished(each, why));
  };
  const notPublished = ({ open }: Call, why: string) => {
    const count = String(open.size);
    return new EventsNotPublished(
      `${count} events were not accepted by the stream ${streamName}: ${why}`,
      Math.min(...open),
      lastTrouble === undefined ? {} : { cause: lastTrouble },
    );
  };

  const admit = async (call: Call, items: readonly Outgoing[]) => {
    for (const item of items) {
      const sizeBytes = sizeOf(item.record);
      await room.enter(sizeBytes);
      if (call.isSettled) {
        room.leave(sizeBytes);
        return;
      }
      const entry = { key: item.record.partitionKey, item, sizeBytes };
      held.add(entry);
      lanes.add(entry);
      pumpSoon();
    }
  };

  return {
    publish: (events) => {
      if (events.length === 0) return Promise.resolve();
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => giveUp(call, `${String(publishTimeoutMs)} ms were not enough`),
          publishTimeoutMs,
        );
        const call: Call = {
          open: new Set(events.map(({ position }) => position)),
          isSettled: false,
          settle: (error) => {
            if (call.isSettled) return;
            call.isSettled = true;
            clearTimeout(timer);
            if (error === null) resolve();
            else reject(error);
          },
        };
        const items = events.map((event) => ({ event, record: recordOfEvent(event), call, refusals: 0 }));
        const tooLarge = items.find(({ record }) => sizeOf(record) > largestRecordBytes);
        if (tooLarge !== undefined) {
          call.settle(eventTooLarge(tooLarge));
          return;
        }
        // One call after the other, or a stream's events of a later call could be let in first.
        turn = turn.then(() => admit(call, items));
      });
    },
  };
}

const eventTooLarge = ({ event, record }: Outgoing) =>
  new EventsNotPublished(
    `the event at position ${String(event.position)} (${event.type} of ${event.stream}) has ${String(sizeOf(record))} bytes; a record of the stream takes ${String(largestRecordBytes)}`,
    event.position,
  );
