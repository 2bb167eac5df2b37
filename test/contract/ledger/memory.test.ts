import { hash } from 'node:crypto';
import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import type { Sha256 } from '../../../src/core/kernel';
import { ledgerContract } from './ledger.contract';

const sha256: Sha256 = (text) => hash('sha256', text);

ledgerContract('the ledger in memory', {
  sha256,
  open: () => {
    const { reader, book } = createMemoryLedger({ sha256 });
    const elsewhere = createMemoryLedger({ sha256, partition: 2 });
    return Promise.resolve({
      newReader: (partition = 1) => (partition === 1 ? reader : elsewhere.reader),
      rebuild: reader,
      book,
      close: () => Promise.resolve(),
    });
  },
});
