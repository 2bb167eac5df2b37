import type { FeedTail } from '../adapters/postgres/journal/feed-tail';
import { type Authenticator, merchantOfStream } from '../core/accounts';
import type { StreamWatch } from '../core/ports';
import { createStreamWatch } from '../runtime/stream-watch';
import { startTimer } from '../adapters/postgres/start-timer';

/** Tells those who wait for a stream of every commit, and has the keys of a merchant that changed read again. */
export function watchCommits(
  tail: Pick<FeedTail, 'onEvents'>,
  authenticator: Pick<Authenticator, 'forget'>,
): StreamWatch {
  const streams = createStreamWatch(startTimer);
  tail.onEvents((events) => {
    streams.notify(events);
    for (const { stream } of events) {
      const merchantId = merchantOfStream(stream);
      if (merchantId !== null) authenticator.forget(merchantId);
    }
  });
  return streams;
}
