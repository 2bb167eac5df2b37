import type { LedgerQueries, Reader, RebuildableReader } from '../../../src/core/ports';

export interface LedgerUnderTest {
  /** A reader of its own on the same ledger, as another process has it. */
  newReader(partition?: number): Reader;
  readonly rebuild: RebuildableReader;
  readonly book: LedgerQueries;
  close(): Promise<void>;
}
