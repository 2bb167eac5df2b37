import { type Static, Type } from '@sinclair/typebox';
import { toTimestamp } from '../../../core/kernel';
import {
  type ChargeStatus,
  type ExistingCharge,
  type OperationStatus,
  capturable,
  refundable,
  refunded,
} from '../../../core/payments';
import { Failure, failureShown } from '../../resources/failure';
import { AmountShown, CurrencyShown, amountShown } from '../../resources/money';
import { Metadata } from '../../resources/metadata';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';

/** In the order in which a charge passes through them. */
export const chargeStatuses = [
  'processing',
  'in_review',
  'blocked',
  'unknown',
  'requires_action',
  'authorized',
  'succeeded',
  'failed',
  'canceled',
] as const satisfies readonly ChargeStatus[];

export const operationStatuses = [
  'pending',
  'unknown',
  'succeeded',
  'failed',
] as const satisfies readonly OperationStatus[];

const Capture = Type.Object({
  id: Type.String({ examples: ['cap_06f4q8xk3v7m2n9r5t1w0y8z4b'] }),
  amount: AmountShown,
  final: Type.Boolean({ description: 'Releases what is authorized beyond this capture.' }),
  status: oneOf(operationStatuses),
});

export const ChargeSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['charge']),
    created: Timestamp,
    livemode: Type.Boolean(),
    status: oneOf(chargeStatuses, {
      description:
        'A declined charge is failed, with the reason in failure. unknown: the provider was asked and has not answered; FinCore looks it up until it is known.',
    }),
    amount: AmountShown,
    currency: CurrencyShown,
    amount_capturable: Type.Integer({
      minimum: 0,
      description: 'What may still be captured; 0 unless authorized.',
    }),
    amount_captured: AmountShown,
    amount_refundable: Type.Integer({
      minimum: 0,
      description: 'Captured, less every refund that has not failed.',
    }),
    amount_refunded: AmountShown,
    capture_method: oneOf(['automatic', 'manual']),
    description: nullable(Type.String()),
    customer_reference: nullable(Type.String()),
    statement_descriptor: nullable(Type.String()),
    metadata: Metadata,
    failure: nullable(Failure),
    next_action: nullable(
      Type.Object(
        { type: oneOf(['redirect_to_url']), url: Type.String() },
        {
          description: 'What the payer has to do before the payment goes on.',
        },
      ),
    ),
    cancellation: nullable(
      oneOf(['pending', 'unknown'], {
        description: 'A cancellation that was asked for and is not decided yet.',
      }),
    ),
    captures: Type.Array(Capture, {
      description: 'Captures that were asked for; none for an automatic charge.',
    }),
    psp: nullable(Type.Object({ name: Type.String(), reference: Type.String() })),
  },
  { $id: 'Charge', description: 'A payment by card.' },
);

export type ChargeObject = Static<typeof ChargeSchema>;

export const chargeExample: ChargeObject = {
  id: 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b',
  object: 'charge',
  created: '2026-11-21T09:30:00.000Z',
  livemode: false,
  status: 'succeeded',
  amount: 1999,
  currency: 'EUR',
  amount_capturable: 0,
  amount_captured: 1999,
  amount_refundable: 1999,
  amount_refunded: 0,
  capture_method: 'automatic',
  description: 'Order 4711',
  customer_reference: 'customer-42',
  statement_descriptor: null,
  metadata: { order: '4711' },
  failure: null,
  next_action: null,
  cancellation: null,
  captures: [],
  psp: { name: 'stripe', reference: 'pi_3Q0example' },
};

export const ChargeAnswer = {
  ...ref(ChargeSchema),
  description: 'The charge.',
  examples: [chargeExample],
};

/** A charge as callers see it. The payment token is not shown: whoever sent it has it. */
export function chargeObject(charge: ExistingCharge): ChargeObject {
  const { terms, status } = charge;
  return {
    id: terms.chargeId,
    object: 'charge',
    created: toTimestamp(terms.createdAt),
    livemode: terms.livemode,
    status,
    amount: amountShown(terms.amount),
    currency: terms.amount.currency,
    amount_capturable: status === 'authorized' ? amountShown(capturable(charge)) : 0,
    amount_captured: amountShown(charge.captured),
    amount_refundable: amountShown(refundable(charge)),
    amount_refunded: amountShown(refunded(charge)),
    capture_method: terms.captureMethod,
    description: terms.description,
    customer_reference: terms.customerReference,
    statement_descriptor: terms.statementDescriptor,
    metadata: terms.metadata,
    failure: 'failure' in charge ? failureShown(charge.failure) : null,
    next_action:
      charge.status === 'requires_action' ? { type: 'redirect_to_url', url: charge.nextAction.url } : null,
    cancellation: 'cancellation' in charge && charge.cancellation !== 'none' ? charge.cancellation : null,
    captures: charge.captures.map(({ captureId, amount, final, status: captureStatus }) => ({
      id: captureId,
      amount: amountShown(amount),
      final,
      status: captureStatus,
    })),
    psp: 'pspReference' in charge ? { name: terms.provider, reference: charge.pspReference } : null,
  };
}
