import { setTimeout as pause } from 'node:timers/promises';
import type { Log, WorkOptions } from '../../../../src/core/ports';
import { fullJitterMs } from '../../../../src/core/kernel';
import { createDeleter } from './delete-singly';
import { deliverMessage } from '../../../../src/adapters/aws/job-queue/deliver-message';
import { holdLease } from './lease';
import { wholeSeconds } from '../../../../src/adapters/aws/job-queue/outgoing-job';
import { createPlaces } from './places';
import type { QueueMessage } from '../../../../src/adapters/aws/job-queue/queue-message';
import { receiveMessages } from '../../../../src/adapters/aws/job-queue/receive-messages';
import { changeVisibility, type SettleContext } from '../../../../src/adapters/aws/job-queue/settle-failure';

export interface WorkerContext extends SettleContext {
  readonly visibilityMs: number;
  readonly pollWaitSeconds: number;
  readonly log: Log;
}

/** @source Amazon SQS, ReceiveMessage: at most 10 messages. */
const largestFetch = 10;
/** Long polls at once; one more worker process adds as many. */
const maxPollers = 10;
const backoff = { baseDelayMs: 100, maxDelayMs: 5_000 };

/** Long polling with a bounded number of handlers, until it is stopped. */
export function startWorker(options: WorkOptions, context: WorkerContext): { stop(): Promise<void> } {
  const { queue: name, concurrency, leaseMs } = options;
  const { client, queue, random, log, pollWaitSeconds } = context;
  const visibilityMs = Math.min(context.visibilityMs, leaseMs);
  const places = createPlaces(concurrency);
  const remove = createDeleter({ client, url: queue.url, random });
  let stopping = false;
  const isStopping = () => stopping;

  const deliver = async (message: QueueMessage) => {
    const lease = holdLease({ client, queue, leaseMs, visibilityMs, log }, message);
    try {
      const settled = await deliverMessage({ ...options, ...context, holds: lease.holds }, message);
      if (settled === 'delete' && !(await remove(message.receipt))) {
        log.warn(
          { queue: name, messageId: message.id },
          'a finished job could not be deleted; it comes again',
        );
      }
    } catch (error) {
      log.error(
        { err: error, queue: name, messageId: message.id },
        'an outcome was not written; it comes again',
      );
    } finally {
      lease.end();
      places.giveBack(1);
    }
  };

  /** What arrives while the worker stops goes back to the others at once. */
  const handBack = (message: QueueMessage) =>
    changeVisibility(context, message, 0)
      .catch((error: unknown) => log.warn({ err: error, queue: name }, 'a message could not be handed back'))
      .finally(() => places.giveBack(1));

  const fetchAndStart = async (limit: number) => {
    const visibilitySeconds = wholeSeconds(visibilityMs);
    let fetched = 0;
    try {
      const messages = await receiveMessages({
        client,
        url: queue.url,
        limit,
        visibilitySeconds,
        waitSeconds: pollWaitSeconds,
      });
      fetched = messages.length;
      for (const message of messages) void (isStopping() ? handBack(message) : deliver(message));
    } finally {
      places.giveBack(limit - fetched);
    }
  };

  const poll = async () => {
    let failuresInRow = 0;
    while (!isStopping()) {
      const limit = await places.take(largestFetch);
      if (limit === 0) continue;
      try {
        await fetchAndStart(limit);
        failuresInRow = 0;
      } catch (error) {
        failuresInRow += 1;
        log.error({ err: error, queue: name }, 'jobs could not be fetched; trying again');
        await pause(fullJitterMs(failuresInRow, backoff, random));
      }
    }
  };

  const pollers = Array.from({ length: Math.min(maxPollers, Math.ceil(concurrency / largestFetch)) }, poll);
  const stop = async () => {
    stopping = true;
    places.close();
    // A poll under way is waited for: what SQS hands to an aborted one would stay away for the visibility time.
    await Promise.all(pollers);
    const emptied = await places.emptied(leaseMs);
    if (!emptied)
      log.warn({ queue: name, left: places.taken() }, 'stopped while handlers outlive their leases');
  };
  let stopped: Promise<void> | null = null;
  return { stop: () => (stopped ??= stop()) };
}
