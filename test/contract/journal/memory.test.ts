import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { journalContract } from './journal.contract';

journalContract('memory', () => {
  const journal = createMemoryJournal({ clock: Date.now });
  return Promise.resolve({
    journal,
    another: () => Promise.resolve(journal),
    close: () => Promise.resolve(),
  });
});
