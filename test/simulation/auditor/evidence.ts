import type { PspBookPayment } from '../../../src/adapters/memory/psp-books';
import type { MemoryStores } from '../../../src/compose/memory';
import type { LedgerEntry, RecordedEvent } from '../../../src/core/ports';
import type { Asked } from '../requests';
import type { Story } from './story';

/** All that the auditor goes by: what was asked and answered, the PSP's own books, and what FinCore keeps. */
export interface Evidence {
  readonly asked: readonly Asked[];
  /** The PSP's books. */
  readonly payments: readonly Readonly<PspBookPayment>[];
  readonly events: readonly RecordedEvent[];
  /** The same, told charge by charge. */
  readonly stories: ReadonlyMap<string, Story>;
  readonly entries: readonly LedgerEntry[];
  readonly books: MemoryStores;
  /** At which step the object with this id came into the journal; for a cancellation `cancel` and the charge's id. */
  readonly commitSteps: ReadonlyMap<string, number>;
}

/** A check: what it finds broken, in words that begin with the invariant's number. */
export type Check = (evidence: Evidence) => readonly string[];
