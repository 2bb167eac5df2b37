import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { balancesContract } from './balances.contract';
import { journalContract } from './journal.contract';
import { effectsOfMoved } from '../../support/moved';

const open = () => {
  const journal = createMemoryJournal({ clock: Date.now, effectsOf: effectsOfMoved });
  return Promise.resolve({
    journal,
    another: () => Promise.resolve(journal),
    close: () => Promise.resolve(),
  });
};

journalContract('memory', open);
balancesContract('memory', open);
