import type { FastifyRequest } from 'fastify';
import { actorOf } from '../../../core/accounts';
import { type CaptureId, assert, newId, parseId } from '../../../core/kernel';
import { type ExistingCharge, isBeingCanceled, isOpen } from '../../../core/payments';
import type { Answer, IdempotentRequest, RecordedEvent } from '../../../core/ports';
import { answerOf, correlationOf, idempotencyOf, metadataOf } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { waitSecondsOf } from '../../plugins/wait-preference';
import { ChargeAnswer } from './charge-resource';
import type { Api, RouteContext } from '../api';
import { type ChargeAnswers, createChargeAnswers } from './charge-answers';
import { CaptureBody, ChargePath, chargeIdOf } from './charge-schemas';
import { NoFields } from '../no-fields';
import { commandErrors } from './operation-errors';
import { partOf } from './part-of-charge';

/** Capturing and canceling what is authorized. */
export function chargeOperationRoutes(app: Api, context: RouteContext): void {
  captureRoute(app, context);
  cancelRoute(app, context);
}

function captureRoute(app: Api, context: RouteContext): void {
  const { payments, ids, clock } = context.dependencies;
  const answers = createChargeAnswers(context);

  app.post(
    '/v1/charges/:id/capture',
    {
      config: {
        access: 'secret',
        idempotent: true,
        waits: true,
        errors: [
          ...commandErrors,
          'preference_invalid',
          'charge_not_found',
          'charge_not_authorized',
          'cancel_in_progress',
          'capture_in_progress',
          'capture_exceeds_authorization',
          'too_many_captures',
          'amount_unsupported',
          'currency_mismatch',
        ],
      },
      schema: {
        operationId: 'captureCharge',
        tags: ['Charges'],
        summary: 'Capture a charge',
        description:
          'Takes an authorized amount, or a part of it, several times up to the whole. Answers once the request is durable; with Prefer: wait=N, once this capture is decided. A capture that failed says why, in captures.',
        params: ChargePath,
        body: CaptureBody,
        response: { 200: ChargeAnswer },
      },
    },
    async (request, reply) => {
      const { wait, command } = askedOf(request, answers);
      const chargeId = chargeIdOf(request.params.id);
      const handled = await context.oncePerKey(command.idempotency, async () =>
        payments.captureCharge(
          {
            chargeId,
            captureId: newId('cap', ids),
            amount: await partOf(payments, { tenant: wait.tenant, chargeId }, request.body),
            final: request.body.final,
            requestedAt: clock(),
          },
          command,
        ),
      );
      const answer = answerOf(handled, reply);
      const captureId = newestCaptureIn(answer);
      return answers.send(reply, answer, {
        ...wait,
        until: (charge) => isCaptureDecided(charge, captureId),
      });
    },
  );
}

function cancelRoute(app: Api, context: RouteContext): void {
  const { payments } = context.dependencies;
  const answers = createChargeAnswers(context);

  app.post(
    '/v1/charges/:id/cancel',
    {
      config: {
        access: 'secret',
        idempotent: true,
        waits: true,
        errors: [
          ...commandErrors,
          'preference_invalid',
          'charge_not_found',
          'charge_not_cancelable',
          'cancel_in_progress',
          'capture_in_progress',
        ],
      },
      schema: {
        operationId: 'cancelCharge',
        tags: ['Charges'],
        summary: 'Cancel a charge',
        description:
          'Ends a payment that has not been taken: releases what is authorized and not captured, and withdraws what the provider has not taken yet. A charge of which a part was captured has then succeeded with that part. Answers once the request is durable; with Prefer: wait=N, once it is decided. A payment that was taken first is not canceled: cancellation says failed, and why.',
        params: ChargePath,
        body: NoFields,
        response: { 200: ChargeAnswer },
      },
    },
    async (request, reply) => {
      const { wait, command } = askedOf(request, answers);
      const chargeId = chargeIdOf(request.params.id);
      const handled = await context.oncePerKey(command.idempotency, () =>
        payments.cancelCharge({ chargeId }, command),
      );
      return answers.send(reply, answerOf(handled, reply), {
        ...wait,
        until: untilCancelDecided(command.idempotency),
      });
    },
  );
}

/** How long a merchant waits for the outcome, and on whose behalf and under which key its command is decided. */
function askedOf(request: FastifyRequest, answers: ChargeAnswers) {
  const merchant = merchantOf(request);
  const { tenant } = merchant;
  const idempotency = idempotencyOf(request, tenant);
  return {
    wait: { seconds: waitSecondsOf(request), tenant },
    command: {
      tenant,
      metadata: metadataOf(request, actorOf(merchant), idempotency),
      idempotency: { ...idempotency, answer: answers.stored(200) },
    },
  };
}

/** The answer to a capture shows it last in the list. A replay knows the id from nowhere else. */
function newestCaptureIn({ body }: Answer): CaptureId {
  const { captures } = JSON.parse(body) as { readonly captures: readonly { readonly id: string }[] };
  const captureId = parseId('cap', captures.at(-1)?.id ?? '');
  assert(captureId !== null, 'the answer to a capture shows the capture');
  return captureId;
}

function isCaptureDecided(charge: ExistingCharge, captureId: CaptureId): boolean {
  const capture = charge.captures.find((known) => known.captureId === captureId);
  return capture !== undefined && !isOpen(capture);
}

/** A cancellation has no id: the event that asked for it is known by its correlation, also to a replay. */
function untilCancelDecided(idempotency: IdempotentRequest) {
  const correlationId = correlationOf(idempotency);
  let isAsked = false;
  return (charge: ExistingCharge, { metadata }: RecordedEvent): boolean => {
    isAsked ||= metadata.correlationId === correlationId;
    if (!isAsked) return false;
    return !isBeingCanceled(charge);
  };
}
