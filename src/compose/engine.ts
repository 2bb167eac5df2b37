import { createDispatcher } from '../adapters/embedded/dispatcher/dispatcher';
import {
  type PostgresJobQueue,
  createPostgresJobQueue,
} from '../adapters/embedded/job-queue/postgres-job-queue';
import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { type FeedTail, createFeedTail } from '../adapters/postgres/journal/feed-tail';
import { createSealer } from '../adapters/postgres/journal/sealer';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { createPaymentsReader } from '../adapters/postgres/payments/payments-reader';
import { contexts } from '../core/contexts';
import type { Authenticator } from '../core/accounts';
import type { TenantId } from '../core/kernel';
import type { JobHandler, Journal, Log, Provider, PspGateway, Reader, StreamWatch } from '../core/ports';
import { type Following, follow } from '../runtime/follow';
import { logFailures } from '../runtime/log-failures';
import { jobsForNotices } from '../workflows/payments/notice-jobs';
import { followUpQueue, followUpRetry, paymentsQueue, paymentsRetry } from '../core/payments';
import { createPaymentsHandler } from '../workflows/payments/payments-handler';
import type { Stores } from './stores';
import type { Failpoints } from './failpoints';
import { startTimer } from './start-timer';
import { watchCommits } from './watch-commits';

/** Everything that works by itself: the readers of the journal, and the workers that do their jobs. */
export interface Engine {
  readonly tail: FeedTail;
  readonly queue: PostgresJobQueue;
  readonly streams: StreamWatch;
  readonly readers: Readonly<Record<ReaderName, Following>>;
  /** Workers first, so that what they record is still read; then the readers. */
  stop(): Promise<void>;
}

export const readerNames = ['dispatcher', 'notices', 'payments', 'ledger', 'audit', 'sealer'] as const;
export type ReaderName = (typeof readerNames)[number];

export interface EngineOptions {
  readonly stores: Stores;
  readonly journal: Journal;
  readonly authenticator: Authenticator;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  readonly concurrency: number;
  /** A job whose lease runs out is delivered again: longer than any call to a PSP, shorter than an operator's patience. */
  readonly leaseMs: number;
  readonly failpoints: Failpoints;
  readonly log: Log;
}

const followUpConcurrency = 4;
/** Stores may be this far behind under load; a reader that is asked for its own write is not held up. */
const bookLingerMs = 25;
/** A notice and the answer to our own request, milliseconds apart, are then usually of one batch, and ask for no job. */
const noticeLingerMs = 250;

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { stores, log } = options;
  const queue = await createPostgresJobQueue({
    connectionString: stores.urls.journal,
    ownerConnectionString: stores.ownerUrls.journal,
    queues: [paymentsQueue, followUpQueue],
    log,
  });
  const tail = await createFeedTail(stores.records, {
    local: stores.records,
    onError: (error) => log.warn({ err: error }, 'reading the journal failed; trying again'),
  });
  const streams = watchCommits(tail, options.authenticator);
  const following = (reader: Reader, lingerMs: number) =>
    follow(tail, options.failpoints.reader(reader), {
      lingerMs,
      startTimer,
      random: Math.random,
      onError: logFailures(log),
    });
  const readers = {
    dispatcher: following(
      createDispatcher({
        name: 'dispatcher',
        pool: stores.pools.journal,
        queue,
        jobsFor: (events) => events.flatMap(contexts.jobsFor),
      }),
      0,
    ),
    notices: following(
      createDispatcher({
        name: 'notices',
        pool: stores.pools.journal,
        queue,
        jobsFor: jobsForNotices(stores.records),
      }),
      noticeLingerMs,
    ),
    payments: following(createPaymentsReader(stores.pools.payments), bookLingerMs),
    ledger: following(createLedgerReader(stores.pools.ledger), bookLingerMs),
    audit: following(createAuditReader(stores.pools.audit), bookLingerMs),
    sealer: following(createSealer(stores.pools.journal), bookLingerMs),
  };
  const handler = createPaymentsHandler({
    journal: options.journal,
    gatewayFor: options.gatewayFor,
    clock: stores.clock,
  });
  const workers = startWorkers(queue, handler, options);
  return {
    tail,
    queue,
    streams,
    readers,
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all(Object.values(readers).map((reader) => reader.stop()));
      await queue.close();
      await tail.close();
    },
  };
}

function startWorkers(queue: PostgresJobQueue, handler: JobHandler, { concurrency, leaseMs }: EngineOptions) {
  return [
    queue.work({ queue: paymentsQueue, concurrency, retry: paymentsRetry, leaseMs, handler }),
    queue.work({
      queue: followUpQueue,
      concurrency: followUpConcurrency,
      retry: followUpRetry,
      leaseMs,
      handler,
    }),
  ];
}
