import { eventsReadModelName } from '../../../core/webhooks';
import type { Store } from '../migrate';
import events from './migrations/0001-events.sql';

export const eventsStore: Store = {
  schema: eventsReadModelName,
  migrations: [{ name: '0001-events', sql: events }],
};
