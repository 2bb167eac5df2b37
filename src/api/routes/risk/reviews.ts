import { Type } from '@sinclair/typebox';
import { actorOf } from '../../../core/accounts';
import type { ReviewCharge } from '../../../core/payments';
import { answerOf, idempotencyOf, metadataOf, sendAnswer } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { listOf, pageOf, pageQuery, pageShown } from '../../resources/page';
import type { Api, RouteContext } from '../api';
import { NoFields } from '../no-fields';
import { createChargeAnswers } from '../payments/charge-answers';
import { ChargeAnswer, ChargeSchema, chargeExample, chargeObject } from '../payments/charge-resource';
import { ChargePath, chargeIdOf } from '../payments/charge-schemas';
import { commandErrors } from '../payments/operation-errors';

const url = '/v1/reviews';

const RejectBody = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Why; it becomes the failure of the charge.',
      examples: ['The customer could not be reached.'],
    }),
  },
  { additionalProperties: false, examples: [{ reason: 'The customer could not be reached.' }] },
);

/** Charges that the rules hold until a person decides. No provider has seen them. */
export function reviewRoutes(app: Api, context: RouteContext): void {
  listRoute(app, context);
  approveRoute(app, context);
  rejectRoute(app, context);
}

function listRoute(app: Api, { dependencies: { paymentQueries } }: RouteContext): void {
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listReviews',
        tags: ['Risk'],
        summary: 'List charges in review',
        description: 'Newest first. risk on each charge says why it is held.',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: listOf(ChargeSchema, url, chargeExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const page = await paymentQueries.listCharges(
        tenant,
        { statuses: ['in_review'] },
        pageOf('ch', request.query),
      );
      return pageShown(url, page, ({ charge }) => chargeObject(charge));
    },
  );
}

const reviewErrors = [...commandErrors, 'charge_not_found', 'charge_not_in_review'] as const;

function approveRoute(app: Api, context: RouteContext): void {
  const review = reviewing(context);
  app.post(
    `${url}/:id/approve`,
    {
      config: { access: 'secret', idempotent: true, errors: reviewErrors },
      schema: {
        operationId: 'approveReview',
        tags: ['Risk'],
        summary: 'Approve a charge in review',
        description: 'The provider is asked for the payment now.',
        params: ChargePath,
        body: NoFields,
        response: { 200: ChargeAnswer },
      },
    },
    (request, reply) => review(request, reply, request.params.id, { kind: 'approve' }),
  );
}

function rejectRoute(app: Api, context: RouteContext): void {
  const review = reviewing(context);
  app.post(
    `${url}/:id/reject`,
    {
      config: { access: 'secret', idempotent: true, errors: reviewErrors },
      schema: {
        operationId: 'rejectReview',
        tags: ['Risk'],
        summary: 'Reject a charge in review',
        description: 'The charge is blocked, and no provider ever sees it.',
        params: ChargePath,
        body: RejectBody,
        response: { 200: ChargeAnswer },
      },
    },
    (request, reply) =>
      review(request, reply, request.params.id, { kind: 'reject', reason: request.body.reason }),
  );
}

function reviewing(context: RouteContext) {
  const { payments } = context.dependencies;
  const answers = createChargeAnswers(context);
  return async (
    request: Parameters<typeof merchantOf>[0],
    reply: Parameters<typeof sendAnswer>[0],
    id: string,
    verdict: ReviewCharge['verdict'],
  ) => {
    const merchant = merchantOf(request);
    const { tenant } = merchant;
    const idempotency = idempotencyOf(request, tenant);
    const handled = await context.oncePerKey(idempotency, () =>
      payments.reviewCharge(
        { chargeId: chargeIdOf(id), verdict },
        {
          tenant,
          metadata: metadataOf(request, actorOf(merchant), idempotency),
          idempotency: { ...idempotency, answer: answers.stored(200) },
        },
      ),
    );
    return sendAnswer(reply, answerOf(handled, reply));
  };
}
