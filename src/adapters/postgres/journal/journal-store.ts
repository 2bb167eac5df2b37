import type { Store } from '../migrate';
import journal from './migrations/0001-journal.sql';

export const journalStore: Store = {
  schema: 'journal',
  migrations: [{ name: '0001-journal', sql: journal }],
};
