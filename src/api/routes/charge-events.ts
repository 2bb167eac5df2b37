import { merchantOf } from '../plugins/request-context';
import { ChargeEventSchema, chargeEventExample, chargeHistory } from '../resources/charge-event';
import { listObject, listOf } from '../resources/page';
import type { Api, RouteContext } from './api';
import { ChargePath, chargeIdOf, chargeNotFound } from './charge-words';

/** What happened to a charge, from the journal. */
export function chargeEventRoutes(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/charges/:id/events',
    {
      config: { access: 'secret', errors: ['charge_not_found'] },
      schema: {
        operationId: 'listChargeEvents',
        tags: ['Charges'],
        summary: "List a charge's events",
        description: 'The whole history from the journal, oldest first, in one page.',
        params: ChargePath,
        response: { 200: listOf(ChargeEventSchema, '/v1/charges/{id}/events', chargeEventExample) },
      },
    },
    async (request) => {
      const chargeId = chargeIdOf(request.params.id);
      const history = await dependencies.payments.history(merchantOf(request).tenant, chargeId);
      if (history.length === 0) throw chargeNotFound(chargeId);
      return listObject(`/v1/charges/${chargeId}/events`, false, chargeHistory(history));
    },
  );
}
