import { actorOf } from '../../../core/accounts';
import { isSettled } from '../../../core/payments';
import { noMetrics } from '../../../core/ports';
import { answerOf, idempotencyOf, metadataOf } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { waitSecondsOf } from '../../plugins/wait-preference';
import { ChargeAnswer, ChargeSchema, chargeExample, chargeObject } from './charge-resource';
import { listOf, pageOf, pageShown } from '../../resources/page';
import type { Api, RouteContext } from '../api';
import { createChargeAnswers } from './charge-answers';
import {
  ChargeListQuery,
  ChargePath,
  CreateChargeBody,
  chargeIdOf,
  chargeNotFound,
  toChargeFilter,
  toAskedCharge,
} from './charge-schemas';
import { commandErrors } from './operation-errors';

const url = '/v1/charges';

/** Making, fetching and listing charges. */
export function chargeRoutes(app: Api, context: RouteContext): void {
  createRoute(app, context);
  getRoute(app, context);
  listRoute(app, context);
}

function createRoute(app: Api, context: RouteContext): void {
  const { payments, ids, clock, counts = noMetrics } = context.dependencies;
  const answers = createChargeAnswers(context);

  app.post(
    url,
    {
      config: {
        access: 'secret',
        idempotent: true,
        waits: true,
        errors: [
          ...commandErrors,
          'preference_invalid',
          'livemode_unavailable',
          'amount_too_large',
          'amount_unsupported',
          'currency_unsupported',
        ],
      },
      schema: {
        operationId: 'createCharge',
        tags: ['Charges'],
        summary: 'Create a charge',
        description:
          'Accepts a payment durably and answers at once, usually while it is processing; the provider is asked afterwards. With Prefer: wait=N the answer is held until the charge has settled, and shows it as it first settled. A declined card is not an error of the request: the charge is failed, with the reason in failure.',
        body: CreateChargeBody,
        response: { 201: ChargeAnswer },
      },
    },
    async (request, reply) => {
      const merchant = merchantOf(request);
      const { tenant, livemode } = merchant;
      const seconds = waitSecondsOf(request);
      const idempotency = idempotencyOf(request, tenant);
      const command = toAskedCharge(request.body, {
        ids,
        clock,
        livemode,
        provider: payments.provider,
        lifetimeMs: payments.chargeLifetimeMs,
      });
      const handled = await context.oncePerKey(idempotency, () =>
        payments.createCharge(command, {
          tenant,
          metadata: metadataOf(request, actorOf(merchant), idempotency),
          idempotency: { ...idempotency, answer: answers.stored(201) },
        }),
      );
      if (handled.kind === 'done') {
        counts.record('ChargesAccepted');
        counts.record('ChargeAcceptedMilliseconds', reply.elapsedTime);
      }
      return answers.send(reply, answerOf(handled, reply), { seconds, tenant, until: isSettled });
    },
  );
}

function getRoute(app: Api, context: RouteContext): void {
  const { payments } = context.dependencies;
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['charge_not_found'] },
      schema: {
        operationId: 'getCharge',
        tags: ['Charges'],
        summary: 'Fetch a charge',
        description: 'The charge as of its last committed event: never behind your own write.',
        params: ChargePath,
        response: { 200: ChargeAnswer },
      },
    },
    async (request) => {
      const charge = await payments.findCharge(merchantOf(request).tenant, chargeIdOf(request.params.id));
      if (charge === null) throw chargeNotFound(request.params.id);
      return chargeObject(charge);
    },
  );
}

function listRoute(app: Api, context: RouteContext): void {
  const { paymentQueries } = context.dependencies;
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listCharges',
        tags: ['Charges'],
        summary: 'List charges',
        description:
          'Newest first. Filters combine; bounds and metadata are written with brackets, for example created[gte]=2026-11-21T00:00:00Z.',
        querystring: ChargeListQuery,
        response: { 200: listOf(ChargeSchema, url, chargeExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { query } = request;
      const page = await paymentQueries.listCharges(tenant, toChargeFilter(query), pageOf('ch', query));
      return pageShown(url, page, ({ charge }) => chargeObject(charge));
    },
  );
}
