import type { Log } from '../core/ports';
import type { FollowFailure } from './follow';

/** Logs each failure of a reader, with the event that it cannot take, where one event is what stops it. */
export const logFailures =
  (log: Pick<Log, 'error'>) =>
  ({ reader, error, failures, retryAfterMs, stuckAt }: FollowFailure): void => {
    const facts = { err: error, reader, failures, retryAfterMs };
    if (stuckAt === null) {
      log.error(facts, 'a reader failed; trying again');
      return;
    }
    const { partition, position, type, stream } = stuckAt;
    log.error(
      { ...facts, partition, position, type, stream },
      'a reader cannot take an event, and nothing after it takes effect; trying again',
    );
  };
