import type { MemoryPsp } from '../../src/adapters/memory/psp';
import type { MemoryStores } from '../../src/compose/memory';
import type { Ids } from '../../src/core/kernel';
import type { Chaos } from './faults';
import type { Mutation } from './mutation';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** What is shared by all processes of one run: the databases, the PSP, time, chance, and the record of it all. */
export interface World {
  readonly scheduler: Scheduler;
  readonly chaos: Chaos;
  readonly random: Random;
  readonly ids: Ids;
  readonly books: MemoryStores;
  readonly psp: MemoryPsp;
  readonly mutation: Mutation;
  /** One line of what happened; the lines in order are the trace. */
  trace(line: string): void;
  /** A broken invariant that shows while the run goes on; it ends the run. */
  violate(violation: string): void;
  /** Sends the notices that the PSP has made since the last call. */
  flushNotices: () => void;
}
