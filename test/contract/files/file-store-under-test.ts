import type { FileStore } from '../../../src/core/ports';

export interface FileStoreUnderTest {
  readonly store: FileStore;
  close(): Promise<void>;
}

export type OpenFileStore = () => Promise<FileStoreUnderTest>;
