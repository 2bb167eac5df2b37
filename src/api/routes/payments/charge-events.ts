import { Type } from '@sinclair/typebox';
import { maxPageLimit } from '../../../core/kernel';
import { merchantOf } from '../../plugins/request-context';
import { ChargeEventSchema, chargeEventExample, chargeHistory } from './charge-event-resource';
import { listOf, pageQuery, pageWithin } from '../../resources/page';
import type { Api, RouteContext } from '../api';
import { ChargePath, chargeIdOf, chargeNotFound } from './charge-schemas';

/** A history is read from its beginning, and nearly every one is shorter than the longest page. */
const EventListQuery = Type.Object(
  {
    ...pageQuery,
    limit: { ...pageQuery.limit, default: maxPageLimit, examples: [maxPageLimit] },
    starting_after: {
      ...pageQuery.starting_after,
      description: "An event's id: the page holds what came after it. Excludes ending_before.",
    },
    ending_before: {
      ...pageQuery.ending_before,
      description: "An event's id: the page holds what came before it. Excludes starting_after.",
    },
  },
  { additionalProperties: false },
);

/** What happened to a charge, from the journal. */
export function chargeEventRoutes(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/charges/:id/events',
    {
      config: { access: 'secret', errors: ['charge_not_found', 'cursor_not_found'] },
      schema: {
        operationId: 'listChargeEvents',
        tags: ['Charges'],
        summary: "List a charge's events",
        description: 'The history from the journal, unlike other lists oldest first.',
        params: ChargePath,
        querystring: EventListQuery,
        response: {
          200: listOf(ChargeEventSchema, '/v1/charges/{id}/events', chargeEventExample, 'Oldest first.'),
        },
      },
    },
    async (request) => {
      const chargeId = chargeIdOf(request.params.id);
      const history = await dependencies.payments.history(merchantOf(request).tenant, chargeId);
      if (history.length === 0) throw chargeNotFound(chargeId);
      return pageWithin(`/v1/charges/${chargeId}/events`, chargeHistory(history), request.query);
    },
  );
}
