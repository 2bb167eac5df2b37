import type { Log } from '../../../../src/core/ports';
import type { QueueMessage } from '../../../../src/adapters/aws/job-queue/queue-message';
import { wholeSeconds } from '../../../../src/adapters/aws/job-queue/outgoing-job';
import { changeVisibility, type SettleContext } from '../../../../src/adapters/aws/job-queue/settle-failure';

export interface Lease {
  /** Whether the delivery still holds its message. */
  readonly holds: () => boolean;
  /** No further extension. */
  end(): void;
}

export interface LeaseOptions extends Pick<SettleContext, 'client' | 'queue'> {
  readonly leaseMs: number;
  readonly visibilityMs: number;
  readonly log: Log;
}

/** Extended that often within the visibility time, so that two extensions may fail before the message is lost. */
const extensionsPerVisibility = 3;

/**
 * Keeps a message invisible while its handler works, by short extensions: when the process dies, somebody else gets
 * the message within the visibility time, and when the handler hangs, at the end of the lease.
 */
export function holdLease(options: LeaseOptions, message: QueueMessage): Lease {
  const { leaseMs, visibilityMs, log } = options;
  const endsAt = performance.now() + leaseMs;
  let timer: NodeJS.Timeout | undefined;

  const extend = async () => {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return;
    const seconds = wholeSeconds(Math.min(visibilityMs, leftMs));
    const extended = await changeVisibility(options, message, seconds).then(
      () => true,
      (error: unknown) => {
        log.warn(
          { err: error, messageId: message.id },
          'the lease of a job could not be extended; trying again',
        );
        return false;
      },
    );
    const isLast = extended && leftMs <= visibilityMs;
    if (timer !== undefined && !isLast) extendLater();
  };
  const extendLater = () => {
    timer = setTimeout(() => void extend(), visibilityMs / extensionsPerVisibility);
  };
  if (leaseMs > visibilityMs) extendLater();
  return {
    holds: () => performance.now() < endsAt,
    end: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
