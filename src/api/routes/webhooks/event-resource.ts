import { type Static, Type } from '@sinclair/typebox';
import { isLive, parseTenant, toTimestamp } from '../../../core/kernel';
import type { ShownEvent } from '../../../core/webhooks';
import { Timestamp, oneOf, ref } from '../../resources/schema-parts';
import { chargeExample } from '../payments/charge-resource';

export const EventSchema = Type.Object(
  {
    id: Type.String({ description: 'The webhook-id of every delivery of it.' }),
    object: oneOf(['event']),
    created: Timestamp,
    livemode: Type.Boolean(),
    type: Type.String({ examples: ['charge.succeeded'] }),
    ordering_key: Type.String({ description: 'Events with the same key have an order, by sequence.' }),
    sequence: Type.Integer({
      minimum: 1,
      description: 'Grows with every event of the ordering key, with gaps.',
    }),
    data: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description:
        'The object as its own route showed it after the event. Where it was erased since, its id and kind alone.',
    }),
  },
  { $id: 'Event', description: 'Something that happened, as webhooks tell it. Immutable.' },
);
export type EventObject = Static<typeof EventSchema>;

export const eventExample: EventObject = {
  id: 'evt_06f4q8xk3v7m2n9r5t1w0y8z4b_3',
  object: 'event',
  created: '2026-11-21T09:30:00.120Z',
  livemode: false,
  type: 'charge.succeeded',
  ordering_key: chargeExample.id,
  sequence: 3,
  data: chargeExample,
};

export const EventAnswer = { ...ref(EventSchema), description: 'The event.', examples: [eventExample] };

export function eventObject(event: ShownEvent): EventObject {
  const tenant = parseTenant(event.tenant);
  return {
    id: event.id,
    object: 'event',
    created: toTimestamp(event.createdAt),
    livemode: tenant !== null && isLive(tenant),
    type: event.type,
    ordering_key: event.subject,
    sequence: event.version,
    data: event.data,
  };
}
