import type { MemoryStores } from '../../src/compose/memory';
import type { TenantId } from '../../src/core/kernel';
import type { JobHandler, Journal, PspGateway, Reader } from '../../src/core/ports';
import type { follow } from '../../src/runtime/follow';
import type { Scheduler } from './scheduler';

/**
 * The seam through which a bug is planted: each part stands in for, or around, one dependency of the real
 * thing. A run without a mutation has none of them.
 */
export interface Mutation {
  /** Around the journal that all processes share. */
  readonly journal?: (books: MemoryStores) => Journal;
  /** Around the PSP gateway of a worker. */
  readonly gateway?: (gateway: PspGateway) => PspGateway;
  /** Around the workers' handler. */
  readonly handler?: (handler: JobHandler) => JobHandler;
  /** Around a reader's store; called once for each reader of a run, before anything happens. */
  readonly reader?: (reader: Reader, books: MemoryStores, scheduler: Scheduler) => Reader;
  /** In the place of what drives readers along the feed. */
  readonly follow?: typeof follow;
  /** In the place of the text that an idempotency key is hashed from. */
  readonly scopeKey?: (request: {
    readonly tenant: TenantId;
    readonly target: string;
    readonly key: string;
  }) => string;
}

export const noMutation: Mutation = {};
