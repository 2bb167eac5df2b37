import type { Store } from '../migrate';
import journal from './migrations/0001-journal.sql';
import seals from './migrations/0002-seals.sql';

export const journalStore: Store = {
  schema: 'journal',
  migrations: [
    { name: '0001-journal', sql: journal },
    { name: '0002-seals', sql: seals },
  ],
};
