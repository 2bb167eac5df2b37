import { assert } from '../core/kernel';
import type { Feed, Reader, ReaderProgress } from '../core/ports';
import { createLinger } from './linger';
import { createProgress } from './progress';
import type { StartTimer } from './timer';

export interface FollowOptions {
  /** Events in one batch at most. @default 500 */
  readonly batchLimit?: number;
  /**
   * Rest after a batch that was not full, unless somebody waits for a position: under load fewer and larger batches,
   * which cost less for each event. An event that comes to a resting reader waits as long at most. @default 0
   */
  readonly lingerMs?: number;
  readonly startTimer: StartTimer;
  /** From 0 up to, not including, 1: spreads the retries of processes that failed together. */
  readonly random: () => number;
  /** Hears of every failure, before the wait that follows it. */
  readonly onError: (failure: FollowFailure) => void;
  /** Hears of every batch that this process applied, for metrics. */
  readonly onApplied?: (batch: { readonly position: number; readonly events: number }) => void;
}

export interface FollowFailure {
  readonly reader: string;
  readonly error: unknown;
  /** 1 for the first failure since the last success. */
  readonly failures: number;
  readonly retryAfterMs: number;
}

export interface Following extends ReaderProgress {
  /** The reader's checkpoint as far as this process knows; 0 before it was first read. */
  position(): number;
  /** Finishes the batch in hand, then rests. Whoever waits for a position is told that it was not reached. */
  stop(): Promise<void>;
}

const defaultBatchLimit = 500;
const firstRetryMs = 50;
const longestRetryMs = 10_000;

/**
 * Drives a reader along the feed until it is stopped: whatever fails is reported, and tried again after a
 * wait that doubles up to ten seconds. Several processes may drive the same reader; each batch takes
 * effect once, and those who come second follow the checkpoint.
 */
export function follow(feed: Feed, reader: Reader, options: FollowOptions): Following {
  const { batchLimit = defaultBatchLimit, lingerMs = 0 } = options;
  const progress = createProgress(options.startTimer);
  const alarm = createAlarm();
  const linger = createLinger(options.startTimer);
  // Apart from the other: whoever waits for a position must not hasten what has just failed.
  const backoff = createLinger(options.startTimer);
  let isStopping = false;
  let checkpoint: number | null = null;
  let failures = 0;

  /** One step along the feed. @returns what may follow: another batch, one after a rest, or nothing */
  async function step(): Promise<'more' | 'rest' | 'nothing'> {
    if (checkpoint === null) {
      checkpoint = await reader.checkpoint();
      progress.advance(checkpoint);
    }
    const events = await feed.read(checkpoint, batchLimit);
    const last = events.at(-1);
    if (last === undefined) return 'nothing';
    assert(
      last.position === checkpoint + events.length,
      `the feed has a gap after position ${String(checkpoint)}`,
    );
    if ((await reader.apply(checkpoint, events)) === 'applied') {
      checkpoint = last.position;
      options.onApplied?.({ position: checkpoint, events: events.length });
    } else {
      // Another process was faster, or a batch took effect whose answer was lost.
      const moved = await reader.checkpoint();
      assert(moved !== checkpoint, `${reader.name} refused a batch from its own checkpoint`);
      checkpoint = moved;
    }
    progress.advance(checkpoint);
    return events.length < batchLimit ? 'rest' : 'more';
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        alarm.clear();
        const next = await step();
        failures = 0;
        if (next === 'nothing') await alarm.rung();
        if (next === 'rest' && lingerMs > 0 && !progress.isAwaited()) await linger.rest(lingerMs);
      } catch (error) {
        failures += 1;
        const retryAfterMs = retryDelayMs(failures, options.random);
        options.onError({ reader: reader.name, error, failures, retryAfterMs });
        await backoff.rest(retryAfterMs);
      }
    }
  }

  const unsubscribe = feed.subscribe(() => {
    alarm.ring();
  });
  const running = run();
  return {
    position: () => progress.position(),
    caughtUp(position, timeoutMs) {
      const reached = progress.caughtUp(position, timeoutMs);
      if (progress.isAwaited()) linger.hurry();
      return reached;
    },
    async stop() {
      unsubscribe();
      isStopping = true;
      alarm.ring();
      linger.close();
      backoff.close();
      await running;
      progress.close();
    },
  };
}

/** Exponential with half jitter: never at once, never longer than the bound. */
function retryDelayMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
  return Math.ceil(ceilingMs / 2 + (ceilingMs / 2) * random());
}

/** Remembers a ring that comes while nobody waits, so that no wake is lost between a read and the wait. */
function createAlarm() {
  let isRung = false;
  let wake: (() => void) | null = null;
  return {
    ring(): void {
      isRung = true;
      wake?.();
      wake = null;
    },
    clear(): void {
      isRung = false;
    },
    rung: (): Promise<void> => (isRung ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
  };
}
