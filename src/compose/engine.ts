import { type DispatcherOptions, createDispatcher } from '../adapters/embedded/dispatcher/dispatcher';
import type { DispatcherName } from '../adapters/embedded/dispatcher/dispatcher-name';
import {
  type PostgresJobQueue,
  createPostgresJobQueue,
} from '../adapters/embedded/job-queue/postgres-job-queue';
import { type FeedTail, createFeedTail } from '../adapters/postgres/journal/feed-tail';
import { createSealer } from '../adapters/postgres/journal/sealer';
import { createDeliveryStore } from '../adapters/postgres/webhooks/delivery-store';
import { contexts } from '../core/contexts';
import type { Authenticator } from '../core/accounts';
import { type TenantId, assert } from '../core/kernel';
import type {
  Journal,
  Log,
  Provider,
  PspGateway,
  Reader,
  ReaderProgress,
  RecordedEvent,
  StreamWatch,
} from '../core/ports';
import { type FollowOptions, type Following, follow } from '../runtime/follow';
import { logFailures } from '../runtime/log-failures';
import { sharedTicks } from '../runtime/shared-ticks';
import { jobsForNotices } from '../workflows/payments/notice-jobs';
import { createJobHandler } from './job-handlers';
import { defaultLaneConcurrency } from './lane-concurrency';
import type { Stores } from './stores';
import type { Failpoints } from '../operations/process/failpoints';
import { type Opened, openAll } from '../operations/process/opened';
import { startTimer } from '../adapters/postgres/start-timer';
import { watchCommits } from './watch-commits';
import { type WebhookSettings, deliveriesOf, openWebhookPorts } from './webhooks';

/** The background work of one process: the readers of the journal, and the workers that do their jobs. */
export interface Engine {
  readonly tail: FeedTail;
  readonly queue: PostgresJobQueue;
  readonly streams: StreamWatch;
  /** By their names, {@link readerNames}. */
  readonly readers: ReadonlyMap<string, Following>;
  /** How far a reader has come. @throws InvariantViolation when there is none of this name */
  readonly progressOf: (reader: string) => ReaderProgress;
  /** Workers first, so that what they record is still read; then the readers. */
  stop(): Promise<void>;
}

/** Every reader of the journal on one machine. @internal for the test of the runbook */
export const readerNames: readonly string[] = [
  'dispatcher',
  'notices',
  'webhooks',
  ...contexts.streamReaders,
  'sealer',
];

export interface EngineOptions {
  readonly stores: Stores;
  readonly journal: Journal;
  readonly authenticator: Authenticator;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  readonly concurrency: number;
  /** A job whose lease runs out is delivered again: longer than any call to a PSP, shorter than an operator's patience. */
  readonly leaseMs: number;
  readonly webhooks: WebhookSettings;
  readonly failpoints: Failpoints;
  readonly log: Log;
}

/**
 * Stores may be this far behind; a reader that is asked for its own write is not held up. Those that share a database end
 * their rests together, and so share a commit.
 */
const restMs = 100;
/** A notice and the answer to our own request, milliseconds apart, are then usually of one batch, and ask for no job. */
const noticeLingerMs = 250;

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { value, stop } = await openAll((opened) => open(options, opened));
  return { ...value, stop };
}

async function open(options: EngineOptions, opened: Opened): Promise<Omit<Engine, 'stop'>> {
  const { stores, log } = options;
  const tail = await createFeedTail(stores.records, {
    local: stores.records,
    onError: (error) => log.warn({ err: error }, 'reading the journal failed; trying again'),
  });
  opened.push(() => tail.close());
  const queue = createPostgresJobQueue({
    connectionString: stores.urls.journal,
    queues: contexts.queues.map(({ name }) => name),
    log,
  });
  opened.push(() => queue.close());
  const streams = watchCommits(tail, options.authenticator);
  const startRest = sharedTicks(startTimer);
  const following = (reader: Reader, rests: Partial<FollowOptions> = { lingerMs: restMs, startRest }) =>
    follow(tail, options.failpoints.reader(reader), {
      ...rests,
      startTimer,
      random: Math.random,
      onError: logFailures(log),
    });
  const inJournal = stores.transactOf('journal');
  const dispatching = (name: DispatcherName, jobsFor: DispatcherOptions['jobsFor']) =>
    createDispatcher({ name, pool: stores.pools.journal, ...inJournal, queue, jobsFor });
  const jobsFor = (events: readonly RecordedEvent[]) => events.flatMap(contexts.jobsFor);
  const isUrgent = (events: readonly RecordedEvent[]) => jobsFor(events).length > 0;
  const started = [
    following(dispatching('dispatcher', jobsFor), { lingerMs: restMs, startRest, isUrgent }),
    following(dispatching('notices', jobsForNotices(stores.records)), { lingerMs: noticeLingerMs }),
    following(dispatching('webhooks', deliveriesOf(stores.records))),
    ...stores.readers.map((reader) => following(reader)),
    following(createSealer(stores.pools.journal, inJournal)),
  ];
  const readers = new Map(started.map((reader) => [reader.name, reader] as const));
  opened.push(() => Promise.all([...readers.values()].map((reader) => reader.stop())));
  const workers = startWorkers(queue, options);
  opened.push(() => Promise.all(workers.map((worker) => worker.stop())));
  return {
    tail,
    queue,
    streams,
    readers,
    progressOf(name) {
      const reader = readers.get(name);
      assert(reader !== undefined, `${name} is a reader of the journal`);
      return reader;
    },
  };
}

/** Works on every queue of every context. */
const startWorkers = (queue: PostgresJobQueue, options: EngineOptions) =>
  contexts.workers.flatMap(({ name, queues }) => {
    const { journal, gatewayFor, leaseMs, stores, log } = options;
    const { clock, ids } = stores;
    const deliveries = createDeliveryStore(stores.pools.journal);
    const webhooks = openWebhookPorts(options.webhooks);
    const random = Math.random;
    const parts = { journal, gatewayFor, clock, ids, queue, deliveries, webhooks, random, log };
    const handler = createJobHandler(name, parts);
    return queues.map(({ name: queueName, retry, concurrency = options.concurrency, ...declared }) => {
      const { laneConcurrency = defaultLaneConcurrency(concurrency) } = declared;
      return queue.work({ queue: queueName, concurrency, laneConcurrency, retry, leaseMs, handler });
    });
  });
