import type { PageRequest, Range, TenantId } from '../kernel';
import type { PageResult, RowQueries } from '../ports';
import type { EventRow } from './events-read-model';

/** What an event must be to be listed; every part that is present must hold. */
export interface EventFilter {
  /** One of these; an empty list matches nothing. */
  readonly types?: readonly string[];
  /** The id of the thing that the event is about. */
  readonly objectId?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: Range<number>;
}

/** A tenant sees only its own; another tenant's id is an unknown one. */
export interface EventQueries {
  /** Newest first. Refusal: cursor_not_found. */
  listEvents(tenant: TenantId, filter: EventFilter, page: PageRequest<string>): Promise<PageResult<EventRow>>;
  /** Null when the tenant has none such. */
  findEvent(tenant: TenantId, eventId: string): Promise<EventRow | null>;
}

export const eventQueries = (rows: RowQueries<EventRow>): EventQueries => ({
  listEvents: (tenant, { types, objectId, createdAt }, page) =>
    rows.list(
      tenant,
      {
        ...(types === undefined ? {} : { oneOf: { column: 'type', values: types } }),
        ...(objectId === undefined ? {} : { equal: { object_id: objectId } }),
        ...(createdAt === undefined ? {} : { createdAt }),
      },
      page,
    ),
  findEvent: async (tenant, eventId) => (await rows.find(tenant, [eventId]))[0] ?? null,
});

/** `evt_`, the subject's id, for a stream of a tenant its side, and the version. */
const shape = /^evt_[0-9a-hjkmnp-tv-z]{26}(_live|_test)?_[1-9]\d{0,8}$/;

/** Whether a text can be the id of an event. */
export const isEventId = (text: string): boolean => shape.test(text);
