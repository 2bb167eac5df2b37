import { hash } from 'node:crypto';
import { type MemoryAudit, createMemoryAudit } from '../adapters/memory/audit';
import { type MemoryDeliveries, createMemoryDeliveries } from '../adapters/memory/deliveries';
import { createMemoryDispatcher } from '../adapters/memory/dispatcher';
import {
  type MemoryJobQueue,
  type MemoryWorker,
  type Schedule,
  createMemoryJobQueue,
} from '../adapters/memory/job-queue';
import { createMemoryJournal } from '../adapters/memory/journal';
import { type MemoryLedger, createMemoryLedger } from '../adapters/memory/ledger';
import { type MemoryPayments, createMemoryPayments } from '../adapters/memory/payments';
import { type MemoryReadModels, createMemoryReadModels } from '../adapters/memory/read-models';
import { contexts } from '../core/contexts';
import type { Clock, Ids, Sha256 } from '../core/kernel';
import {
  type ProviderAmounts,
  cancelCharge,
  captureCharge,
  createCharge,
  findCharge,
  receiveNotice,
  requestRefund,
  reviewCharge,
} from '../core/payments';
import {
  type Feed,
  type GuardedBalances,
  type JobHandler,
  type Journal,
  type Reader,
  silentLog,
} from '../core/ports';
import { type FollowOptions, type Following, follow } from '../runtime/follow';
import { jobsForNotices } from '../workflows/payments/notice-jobs';
import { type JobParts, createJobHandler } from './job-handlers';
import { deliveriesOf } from './webhooks';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

export interface MemoryStoresOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Evenly from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Where the job queue's deliveries and leases run. @default setTimeout */
  readonly schedule?: Schedule;
}

/** Everything that outlives a process: what the databases hold on the other runtimes. */
export interface MemoryStores {
  readonly records: Journal & Feed & GuardedBalances;
  readonly queue: MemoryJobQueue;
  readonly dispatcher: Reader;
  readonly notices: Reader;
  readonly readModels: MemoryReadModels;
  readonly webhooks: Reader;
  readonly payments: MemoryPayments;
  readonly ledger: MemoryLedger;
  readonly deliveries: MemoryDeliveries;
  readonly audit: MemoryAudit;
  /** All of these. */
  readonly readers: readonly Reader[];
}

export function openMemoryStores({ clock, ids, random, schedule }: MemoryStoresOptions): MemoryStores {
  const queue = createMemoryJobQueue({ clock, random, ...(schedule === undefined ? {} : { schedule }) });
  const records = createMemoryJournal({ clock, effectsOf: contexts.effectsOnAppend });
  const dispatcher = createMemoryDispatcher({
    name: 'dispatcher',
    queue,
    jobsFor: (events) => events.flatMap(contexts.jobsFor),
  });
  const notices = createMemoryDispatcher({ name: 'notices', queue, jobsFor: jobsForNotices(records) });
  const webhooks = createMemoryDispatcher({ name: 'webhooks', queue, jobsFor: deliveriesOf(records) });
  const readModels = createMemoryReadModels(contexts.readModels);
  const ledger = createMemoryLedger({ sha256 });
  const audit = createMemoryAudit({ ids });
  return {
    records,
    queue,
    dispatcher,
    notices,
    webhooks,
    readModels,
    payments: createMemoryPayments(readModels),
    ledger,
    audit,
    deliveries: createMemoryDeliveries(),
    readers: [dispatcher, notices, webhooks, ...readModels.readers, ledger.reader, audit.reader],
  };
}

/** The use cases of payments, as one process offers them. @param installed which sides of the business a PSP serves */
export const bindPayments = (
  journal: Journal,
  installed: { readonly livemode: boolean } & ProviderAmounts,
) => ({
  createCharge: createCharge(journal, installed),
  captureCharge: captureCharge(journal, installed),
  cancelCharge: cancelCharge(journal),
  requestRefund: requestRefund(journal, installed),
  reviewCharge: reviewCharge(journal),
  findCharge: findCharge(journal),
  receiveNotice: receiveNotice(journal),
});

/** Drives the readers of one process along the feed until each is stopped. */
export const startReaders = (
  feed: Feed,
  readers: readonly Reader[],
  options: FollowOptions,
): readonly Following[] => readers.map((reader) => follow(feed, reader, options));

type WebhookParts = Pick<JobParts, 'deliveries' | 'webhooks' | 'random' | 'log'>;

export interface WorkersOptions extends Omit<JobParts, 'queue' | keyof WebhookParts>, Partial<WebhookParts> {
  readonly concurrency: number;
  readonly leaseMs: number;
  /** Stands around the real handler, for failures made on purpose. @default nothing */
  readonly around?: (handler: JobHandler) => JobHandler;
}

const asItIs = (handler: JobHandler): JobHandler => handler;

const unreachable = () => Promise.reject(new Error('no receiver of webhooks was given'));

/** For processes whose merchants have no endpoints. */
const noReceivers = (): WebhookParts => ({
  deliveries: createMemoryDeliveries(),
  webhooks: {
    sender: { send: unreachable },
    secrets: { create: () => '', seal: unreachable, open: unreachable },
  },
  random: Math.random,
  log: silentLog,
});

/** The workers of one process, on every queue of every context. */
export function startWorkers(
  queue: Pick<MemoryJobQueue, 'work' | 'enqueue'>,
  { concurrency, leaseMs, around = asItIs, ...parts }: WorkersOptions,
): readonly MemoryWorker[] {
  return contexts.workers.flatMap(({ name, queues }) => {
    const handler = around(createJobHandler(name, { ...noReceivers(), ...parts, queue }));
    return queues.map((declared) =>
      queue.work({ queue: declared.name, concurrency, retry: declared.retry, leaseMs, handler }),
    );
  });
}
