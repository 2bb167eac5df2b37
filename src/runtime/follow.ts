import { type StartTimer, assert, createWait } from '../core/kernel';
import type { Feed, Reader, ReaderProgress, RecordedEvent } from '../core/ports';
import { createProgress } from './progress';

export interface FollowOptions {
  /** Events in one batch at most. @default 500 */
  readonly batchLimit?: number;
  /**
   * Rest before a batch that is not full, unless somebody waits for a position: fewer and larger batches, which cost less
   * for each event. An event waits as long at most. @default 0
   */
  readonly lingerMs?: number;
  /** Whether a batch is not to rest. @default no batch is */
  readonly isUrgent?: (events: readonly RecordedEvent[]) => boolean;
  /** Times the rests: readers that share it end their rests, and so begin their batches, together. @default startTimer */
  readonly startRest?: StartTimer;
  readonly startTimer: StartTimer;
  /** From 0 up to, not including, 1: spreads the retries of processes that failed together. */
  readonly random: () => number;
  /** Receives every failure, before the wait that follows it. */
  readonly onError: (failure: FollowFailure) => void;
  /** Receives every batch that this process applied, for metrics. */
  readonly onApplied?: (batch: { readonly position: number; readonly events: number }) => void;
}

export interface FollowFailure {
  readonly reader: string;
  readonly error: unknown;
  /** 1 for the first failure since the last success. */
  readonly failures: number;
  readonly retryAfterMs: number;
  /** The event that the reader has not taken although it came alone, several times; null for any other failure. */
  readonly stuckAt: RecordedEvent | null;
}

export interface Following extends ReaderProgress {
  /** The reader's name. */
  readonly name: string;
  /** The reader's checkpoint as far as this process knows; 0 before it was first read. */
  position(): number;
  /** The position of the event that the reader cannot take; null while it moves. */
  stuckAt(): number | null;
  /** Finishes the batch in hand, then rests. Callers that wait for a position get false. */
  stop(): Promise<void>;
}

const defaultBatchLimit = 500;
const firstRetryMs = 50;
const longestRetryMs = 10_000;
/** An event that failed alone so often in a row is named, because nothing after it takes effect. */
const failuresUntilStuck = 3;

/**
 * Drives a reader along the feed until it is stopped: every failure is reported, and the batch tried again after a
 * wait that doubles up to ten seconds. After a failure the events come one by one, so that every event before one that
 * the reader cannot take has its effect; that one is named and never skipped. Several processes may drive the same reader;
 * each batch takes effect once, and those who come second follow the checkpoint.
 * @source docs/adr/0014
 */
export function follow(feed: Feed, reader: Reader, options: FollowOptions): Following {
  const { batchLimit = defaultBatchLimit } = options;
  const progress = createProgress(options.startTimer);
  const alarm = createWait(options.startTimer);
  const rest = createRest(options, () => isStopping || progress.isAwaited());
  // Apart from the other: anyone who waits for a position must not hasten what has just failed.
  const backoff = createWait(options.startTimer);
  let isStopping = false;
  let checkpoint: number | null = null;
  let failures = 0;
  let limit = batchLimit;
  let inHand: readonly RecordedEvent[] = [];
  let stuckAt: RecordedEvent | null = null;

  /** One step along the feed. @returns whether there was anything to do */
  async function step(): Promise<boolean> {
    if (checkpoint === null) {
      checkpoint = await reader.checkpoint();
      progress.advance(checkpoint);
    }
    const asked = limit;
    const after = checkpoint;
    const events = await rest.before(() => feed.read(after, asked), asked);
    const last = events.at(-1);
    if (last === undefined) return false;
    assert(
      last.position === checkpoint + events.length,
      `the feed has a gap after position ${String(checkpoint)}`,
    );
    inHand = events;
    const applied = await reader.apply(checkpoint, events);
    inHand = [];
    limit = Math.min(batchLimit, 2 * asked);
    if (applied === 'applied') {
      checkpoint = last.position;
      options.onApplied?.({ position: checkpoint, events: events.length });
    } else {
      // Another process was faster, or a batch took effect whose answer was lost.
      const moved = await reader.checkpoint();
      assert(moved !== checkpoint, `${reader.name} refused a batch from its own checkpoint`);
      checkpoint = moved;
    }
    progress.advance(checkpoint);
    return true;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        alarm.forget();
        const hadWork = await step();
        failures = 0;
        stuckAt = null;
        if (!hadWork) await alarm.sleep();
      } catch (error) {
        failures += 1;
        const retryAfterMs = retryDelayMs(failures, options.random);
        if (inHand.length > 0) limit = 1;
        stuckAt = inHand.length === 1 && failures >= failuresUntilStuck ? (inHand[0] ?? null) : null;
        inHand = [];
        options.onError({ reader: reader.name, error, failures, retryAfterMs, stuckAt });
        await backoff.sleep(retryAfterMs);
      }
    }
  }

  const unsubscribe = feed.subscribe(() => {
    alarm.wake();
    rest.moreCame();
  });
  const running = run();
  return {
    name: reader.name,
    position: () => progress.position(),
    stuckAt: () => stuckAt?.position ?? null,
    caughtUp(position, timeoutMs) {
      const reached = progress.caughtUp(position, timeoutMs);
      if (progress.isAwaited()) rest.hurry();
      return reached;
    },
    async stop() {
      unsubscribe();
      isStopping = true;
      alarm.close();
      rest.hurry();
      backoff.close();
      await running;
      progress.close();
    },
  };
}

/** The rest of a reader before a batch that is neither full nor urgent. @param isAwaited ends a rest, and every later one */
function createRest(
  { lingerMs = 0, isUrgent, startTimer, startRest = startTimer }: FollowOptions,
  isAwaited: () => boolean,
) {
  const wait = createWait(startTimer);
  return {
    /** The events that are there after the rest. */
    async before(
      read: () => Promise<readonly RecordedEvent[]>,
      full: number,
    ): Promise<readonly RecordedEvent[]> {
      const mayRest = (events: readonly RecordedEvent[]) =>
        events.length > 0 && events.length < full && !isAwaited() && isUrgent?.(events) !== true;
      let events = await read();
      if (lingerMs === 0 || !mayRest(events)) return events;
      const time = { isOver: false };
      wait.forget();
      const stopTimer = startRest(lingerMs, () => {
        time.isOver = true;
        wait.wake();
      });
      while (!time.isOver && mayRest(events)) {
        await wait.sleep();
        events = await read();
      }
      stopTimer();
      return events;
    },
    hurry: () => wait.wake(),
    /** Only a batch that may become urgent is looked at again before its rest is over. */
    moreCame: () => {
      if (isUrgent !== undefined) wait.wake();
    },
  };
}

/** Exponential with half jitter: never at once, never longer than the bound. */
function retryDelayMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
  return Math.ceil(ceilingMs / 2 + (ceilingMs / 2) * random());
}
