import type { Store } from '../../postgres/migrate';
import relay from './migrations/0001-relay.sql';
import stage from './migrations/0002-stage.sql';

/** Lives in the journal's database: one query reads what is unread from both. */
export const relayStore: Store = {
  schema: 'relay',
  migrations: [
    { name: '0001-relay', sql: relay },
    { name: '0002-stage', sql: stage },
  ],
};
