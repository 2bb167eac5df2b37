import { type TenantId, assert, parseTenant } from '../kernel';
import type { PublicEvent, ReadColumn, ReadModel, ReadTable, Registry } from '../ports';

/** A public event as lists find it: where it is. The thing that it shows is read from the journal. */
export interface EventRow extends Omit<PublicEvent, 'tenant'> {
  readonly tenant: TenantId;
}

const text = (valueOf: (row: EventRow) => string): ReadColumn<EventRow> => ({
  type: 'text',
  isFixed: true,
  valueOf,
});

export const eventsTable: ReadTable<EventRow> = {
  name: 'events',
  key: 'event_id',
  object: 'event',
  columns: {
    type: text(({ type }) => type),
    object_id: text(({ objectId }) => objectId),
    stream: text(({ stream }) => stream),
  },
  hasMetadata: false,
  idOf: ({ id }) => id,
  tenantOf: ({ tenant }) => tenant,
  createdAtOf: ({ createdAt }) => createdAt,
  metadataOf: () => ({}),
};

export const eventsReadModelName = 'events';

/** The public events of all contexts: what `/v1/events` lists. */
export const createEventsReadModel = (publicEventOf: Registry['publicEventOf']): ReadModel<EventRow> => ({
  name: eventsReadModelName,
  prefix: '',
  rowPerEvent: { idOf: (recorded) => publicEventOf(recorded)?.id ?? null, streamColumn: 'stream' },
  table: eventsTable,
  parts: [],
  versionOf: () => 1,
  project(row, recorded) {
    const event = publicEventOf(recorded);
    const tenant = parseTenant(recorded.tenant);
    assert(
      row === null && event !== null && tenant !== null,
      `${recorded.stream} has one row for each event`,
    );
    return { ...event, tenant };
  },
});
