import { createMemoryFileStore } from '../../../src/adapters/memory/file-store';
import { fileStoreContract } from './file-store.contract';

fileStoreContract('memory', () =>
  Promise.resolve({ store: createMemoryFileStore(), close: () => Promise.resolve() }),
);
