import { type Journal, JournalUnavailable } from '../core/ports';

export interface WriteWatch {
  readonly journal: Journal;
  /** @throws Error while the journal takes no writes */
  check(): Promise<void>;
}

/**
 * How long a failed append is evidence. Afterwards the process is offered requests again, and the next append shows
 * whether the journal takes them: without requests no evidence would ever be newer.
 */
const evidenceMs = 10_000;

/** Watches appends, because a database on a full disk answers every read. */
export function watchWrites(journal: Journal, clock: () => number): WriteWatch {
  let failedAtMs: number | null = null;
  return {
    journal: {
      ...journal,
      async append(append) {
        try {
          const outcome = await journal.append(append);
          failedAtMs = null;
          return outcome;
        } catch (error) {
          if (error instanceof JournalUnavailable) failedAtMs = clock();
          throw error;
        }
      },
    },
    check: () =>
      failedAtMs !== null && clock() - failedAtMs < evidenceMs
        ? Promise.reject(new Error('the last append failed'))
        : Promise.resolve(),
  };
}
