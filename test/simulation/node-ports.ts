import { fullJitterMs } from '../../src/core/kernel';
import {
  type CommandQueue,
  type Feed,
  type Journal,
  JournalUnavailable,
  type Reader,
  type StreamWrite,
  createCommandQueue,
} from '../../src/core/ports';
import type { Incarnation, PortFaults } from './incarnation';
import type { World } from './world';

const journalFaults: PortFaults = {
  before: { kind: 'journal_unavailable', error: () => new JournalUnavailable('the database is away') },
  after: { kind: 'journal_answer_lost', error: () => new JournalUnavailable('the connection broke') },
};

class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

const storeFaults: PortFaults = {
  before: { kind: 'reader_unavailable', error: () => new StoreUnavailable('the store is away') },
  after: { kind: 'reader_answer_lost', error: () => new StoreUnavailable('the connection broke') },
};

/** The journal as one process reaches it. */
export const journalAt = (life: Incarnation, journal: Journal, commands: CommandQueue): Journal => ({
  commands,
  append: (append) =>
    life.port(`append ${append.writes.map(written).join(', ')}`, () => journal.append(append), journalFaults),
  readStream: (tenant, stream) =>
    life.port(`load ${stream}`, () => journal.readStream(tenant, stream), journalFaults),
  findAnswer: (request) => life.port('look for an answer', () => journal.findAnswer(request), journalFaults),
});

const written = ({ stream, expectedVersion, events }: StreamWrite): string =>
  `${stream}@${String(expectedVersion)} ${events.map(({ type }) => type).join('+')}`;

const conflictBackoff = { baseDelayMs: 10, maxDelayMs: 500 } as const;

/** The order of one process's commands, which ends with the process. */
export const commandsAt = (life: Incarnation, { random }: Pick<World, 'random'>): CommandQueue =>
  createCommandQueue({
    pause: (tries) =>
      new Promise((resolve) => {
        life.startTimer(fullJitterMs(tries, conflictBackoff, random.next), resolve);
      }),
  });

const longestWakeMs = 500;

/** The feed as one process reaches it: wakes are late, and merge. */
export function feedAt(life: Incarnation, { scheduler, random }: World, feed: Feed) {
  const unsubscribes: (() => void)[] = [];
  return {
    feed: {
      read: (after, limit) =>
        life.port(`read after ${String(after)}`, () => feed.read(after, limit), journalFaults),
      head: () => life.port('head', () => feed.head(), journalFaults),
      subscribe(wake) {
        let isWoken = false;
        const unsubscribe = feed.subscribe(() => {
          if (isWoken || !life.isAlive()) return;
          isWoken = true;
          scheduler.after(random.between(1, longestWakeMs), () => {
            isWoken = false;
            if (life.isAlive()) wake();
          });
        });
        unsubscribes.push(unsubscribe);
        return unsubscribe;
      },
    } satisfies Feed,
    close: () => unsubscribes.forEach((unsubscribe) => unsubscribe()),
  };
}

/** A reader's store as one process reaches it. Its batches commit in one piece: a crash before that aborts all of it. */
export function readerAt(life: Incarnation, { chaos, random }: World, reader: Reader): Reader {
  const stalling: PortFaults = {
    ...storeFaults,
    extraMs: () => (chaos.strikes('reader_stall') ? random.between(60_000, 1_800_000) : 0),
  };
  return {
    name: reader.name,
    checkpoint: () => life.port(`${reader.name} checkpoint`, () => reader.checkpoint(), storeFaults),
    apply: (from, events) =>
      life.port(
        `${reader.name} applies ${String(from + 1)}..${String(from + events.length)}`,
        () => reader.apply(from, events),
        stalling,
      ),
  };
}
