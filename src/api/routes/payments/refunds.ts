import { Type } from '@sinclair/typebox';
import { actorOf } from '../../../core/accounts';
import { type RefundId, assert, newId } from '../../../core/kernel';
import { type Charge, type ExistingCharge, type Refund, isOpen } from '../../../core/payments';
import type { ErrorCode } from '../../errors/catalogue';
import { answerOf, idempotencyOf, metadataOf } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { waitSecondsOf } from '../../plugins/wait-preference';
import { jsonSerializer } from '../../resources/json-serializer';
import { listOf, pageOf, pageShown } from '../../resources/page';
import { RefundAnswer, RefundSchema, refundExample, refundObject } from './refund-resource';
import type { Api, RouteContext } from '../api';
import { chargeIdOf, chargeNotFound } from './charge-schemas';
import { idIn, sendHeld } from '../held-answer';
import { commandErrors } from './operation-errors';
import { partOf } from './part-of-charge';
import { refundsShown } from './refund-expansion';
import {
  RefundBody,
  RefundListQuery,
  RefundPath,
  RefundQuery,
  refundIdOf,
  refundNotFound,
  toRefundFilter,
} from './refund-schemas';

const url = '/v1/refunds';
const serializeRefund = jsonSerializer(Type.Omit(RefundSchema, ['charge_object']));

const refundErrors = [
  ...commandErrors,
  'preference_invalid',
  'charge_not_found',
  'charge_not_refundable',
  'refund_exceeds_captured',
  'too_many_refunds',
  'amount_unsupported',
  'currency_mismatch',
] as const satisfies readonly ErrorCode[];

/** Giving money back, and seeing what became of it. */
export function refundRoutes(app: Api, context: RouteContext): void {
  createRoute(app, context);
  getRoute(app, context);
  listRoute(app, context);
}

function createRoute(app: Api, context: RouteContext): void {
  const { payments, ids, clock } = context.dependencies;
  const shown = (charge: Charge, refundId: RefundId): string => {
    assert(charge.status !== 'none', 'a refund is of a charge');
    return serializeRefund(refundObject(refundIn(charge, refundId), charge.terms));
  };

  app.post(
    url,
    {
      config: {
        access: 'secret',
        idempotent: true,
        waits: true,
        errors: refundErrors,
      },
      schema: {
        operationId: 'requestRefund',
        tags: ['Refunds'],
        summary: 'Refund a charge',
        description:
          'Gives back all or a part of what was captured, as often as something is left. Answers once the request is durable; with Prefer: wait=N, once this refund has succeeded or failed.',
        body: RefundBody,
        response: { 201: RefundAnswer },
      },
    },
    async (request, reply) => {
      const merchant = merchantOf(request);
      const { tenant } = merchant;
      const { body } = request;
      const seconds = waitSecondsOf(request);
      const idempotency = idempotencyOf(request, tenant);
      const chargeId = chargeIdOf(body.charge, '/charge');
      const refundId = newId('re', ids);
      const handled = await context.oncePerKey(idempotency, async () =>
        payments.requestRefund(
          {
            chargeId,
            refundId,
            amount: await partOf(payments, { tenant, chargeId, param: '/charge' }, body),
            reason: body.reason ?? null,
            metadata: body.metadata ?? {},
            createdAt: clock(),
          },
          {
            tenant,
            metadata: metadataOf(request, actorOf(merchant), idempotency),
            idempotency: {
              ...idempotency,
              answer: (charge) => ({ status: 201, body: shown(charge, refundId) }),
            },
          },
        ),
      );
      const answer = answerOf(handled, reply);
      return sendHeld(context, reply, answer, { seconds, tenant }, () => {
        // A replay made another id before it was recognised.
        const asked = idIn('re', answer);
        return {
          chargeId,
          until: (charge) => isDecided(charge, asked),
          shown: (charge) => shown(charge, asked),
        };
      });
    },
  );
}

function getRoute(app: Api, context: RouteContext): void {
  const { paymentQueries } = context.dependencies;
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['refund_not_found'] },
      schema: {
        operationId: 'getRefund',
        tags: ['Refunds'],
        summary: 'Fetch a refund',
        description: 'The refund as of its last committed event: never behind your own write.',
        params: RefundPath,
        querystring: RefundQuery,
        response: { 200: RefundAnswer },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const row = await paymentQueries.findRefund(tenant, refundIdOf(request.params.id));
      if (row === null) throw refundNotFound(request.params.id);
      const asked = { tenant, rows: [row], expand: request.query.expand };
      return (await refundsShown(paymentQueries, asked))(row);
    },
  );
}

function listRoute(app: Api, context: RouteContext): void {
  const { payments, paymentQueries } = context.dependencies;
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found', 'charge_not_found'] },
      schema: {
        operationId: 'listRefunds',
        tags: ['Refunds'],
        summary: 'List refunds',
        description: 'Newest first. Filters combine.',
        querystring: RefundListQuery,
        response: { 200: listOf(RefundSchema, url, refundExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { query } = request;
      const filter = toRefundFilter(query);
      const { chargeId } = filter;
      if (chargeId !== undefined && (await payments.findCharge(tenant, chargeId)) === null)
        throw chargeNotFound(chargeId, '/charge');
      const page = await paymentQueries.listRefunds(tenant, filter, pageOf('re', query));
      const rows = page.ok ? page.value.rows : [];
      const asked = { tenant, rows, expand: query.expand };
      return pageShown(url, page, await refundsShown(paymentQueries, asked));
    },
  );
}

function refundIn(charge: ExistingCharge, refundId: RefundId): Refund {
  const refund = charge.refunds.find((known) => known.refundId === refundId);
  assert(refund !== undefined, 'the charge holds the refund that was asked for');
  return refund;
}

function isDecided(charge: ExistingCharge, refundId: RefundId): boolean {
  const refund = charge.refunds.find((known) => known.refundId === refundId);
  return refund !== undefined && !isOpen(refund);
}
