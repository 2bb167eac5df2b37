import type { Store } from '../migrate';
import webhooks from './migrations/0001-webhooks.sql';

/** Lives in the database of the journal, whose workers write it. */
export const webhooksStore: Store = {
  schema: 'webhooks',
  migrations: [{ name: '0001-webhooks', sql: webhooks }],
};
