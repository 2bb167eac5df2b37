import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import { ledgerContract } from './ledger.contract';
import { sha256 } from '../../support/ledger-rules';

ledgerContract('the ledger in memory', {
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
