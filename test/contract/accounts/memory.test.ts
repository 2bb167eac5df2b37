import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryMerchantDirectory } from '../../../src/adapters/memory/merchant-directory';
import { accountsContract } from './merchants.contract';

accountsContract('memory', () => {
  const journal = createMemoryJournal({ clock: Date.now });
  return Promise.resolve({
    journal,
    directory: createMemoryMerchantDirectory(journal),
    close: () => Promise.resolve(),
  });
});
