import type { Pool } from 'pg';
import type { Term } from '../adapters/aws/relay/leadership';
import { type Outbox, readOutbox } from '../adapters/aws/relay/queries/read-outbox';
import { type HandOver, createRelayReader } from '../adapters/aws/relay/relay-reader';
import { createFeedTail } from '../adapters/postgres/journal/feed-tail';
import { createSealer } from '../adapters/postgres/journal/sealer';
import { contexts } from '../core/contexts';
import type {
  EventPublisher,
  Feed,
  JobSender,
  Journal,
  Log,
  Metrics,
  Reader,
  RecordedEvent,
} from '../core/ports';
import { follow } from '../runtime/follow';
import { logFailures } from '../runtime/log-failures';
import { jobsForNotices } from '../workflows/payments/notice-jobs';
import { startTimer } from '../adapters/postgres/start-timer';
import { sha256 } from '../adapters/postgres/sha256';
import { jobsForWebhooks } from '../workflows/webhooks/webhook-jobs';

export interface RelayTermOptions {
  readonly records: Journal & Feed;
  /** Of the journal's database. */
  readonly pool: Pool;
  readonly publisher: EventPublisher;
  readonly queue: JobSender;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Called for each batch that is handed on. @default nobody watches */
  readonly watch?: (events: readonly RecordedEvent[]) => HandOver;
  /** Between two looks at what is unread. @default 10000 */
  readonly lookIntervalMs?: number;
  /** Called after each look, for anyone who writes the metrics out. */
  readonly onLook?: (outbox: Outbox) => void;
}

/** The journal of this deployment has one partition. */
const partition = 1;
/** Seals may be this far behind under load. */
const sealLingerMs = 25;

/** What the leading relay does: hands the journal on, seals it, and tells how much is unread. */
export async function beginRelayTerm(options: RelayTermOptions): Promise<Term> {
  const { records, pool, log } = options;
  const tail = await createFeedTail(records, {
    onError: (error) => log.warn({ err: error }, 'reading the journal failed; trying again'),
  });
  const following = (reader: Reader, lingerMs: number) =>
    follow(tail, reader, {
      lingerMs,
      startTimer,
      random: Math.random,
      onError: logFailures(log),
    });
  const readers = [
    following(createRelayReader({ ...options, jobsFor: jobsOf(records) }), 0),
    following(createSealer(pool), sealLingerMs),
  ];
  const looking = lookAtOutbox(options);
  return {
    async end() {
      looking.stop();
      await Promise.all(readers.map((reader) => reader.stop()));
      await looking.ended();
      await tail.close();
    },
  };
}

/** Notices ask for a job only while their charge is open, and events for deliveries to those who want them. */
function jobsOf(journal: Journal) {
  const forNotices = jobsForNotices(journal);
  const forWebhooks = jobsForWebhooks(journal, contexts, sha256);
  return async (events: readonly RecordedEvent[]) => [
    ...events.flatMap(contexts.jobsFor),
    ...(await forNotices(events)),
    ...(await forWebhooks(events)),
  ];
}

function lookAtOutbox({ pool, metrics, log, lookIntervalMs = 10_000, onLook }: RelayTermOptions): {
  stop(): void;
  ended(): Promise<void>;
} {
  let looking: Promise<void> | null = null;
  const look = async () => {
    try {
      const outbox = await readOutbox(pool, partition);
      metrics.record('OutboxAgeSeconds', outbox.ageMs / 1_000);
      metrics.record('RelayHeartbeat');
      onLook?.(outbox);
    } catch (error) {
      log.warn({ err: error }, 'the number of unread events could not be read; trying again');
    }
    looking = null;
  };
  const next = () => {
    looking ??= look();
  };
  next();
  const timer = setInterval(next, lookIntervalMs);
  return { stop: () => clearInterval(timer), ended: async () => looking ?? undefined };
}
