import { type Static, Type } from '@sinclair/typebox';
import { type ChargeId, toTimestamp } from '../../../core/kernel';
import { type Refund, refundReasons } from '../../../core/payments';
import type { Provider } from '../../../core/ports';
import { ChargeSchema, chargeExample, operationStatuses } from './charge-resource';
import { Failure, failureShown } from '../../resources/failure';
import { Metadata } from '../../resources/metadata';
import { AmountShown, CurrencyShown, amountShown } from '../../resources/money';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';

export const RefundSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['refund']),
    created: Timestamp,
    livemode: Type.Boolean(),
    charge: Type.String({ description: 'The id of the charge.' }),
    charge_object: Type.Optional({
      ...ref(ChargeSchema),
      description: 'The charge itself, where expand[] asks for it.',
    }),
    origin: oneOf(['merchant', 'provider'], {
      description: "provider: made at the provider itself, as in Stripe's dashboard, and found there.",
    }),
    status: oneOf(operationStatuses, {
      description: 'failed gives the amount back to what may be refunded, also when it had succeeded before.',
    }),
    amount: AmountShown,
    currency: CurrencyShown,
    reason: nullable(oneOf(refundReasons)),
    metadata: Metadata,
    failure: nullable(Failure),
    psp: nullable(Type.Object({ name: Type.String(), reference: Type.String() })),
  },
  { $id: 'Refund', description: 'Money given back from a charge.' },
);

export type RefundObject = Static<typeof RefundSchema>;

export const refundExample: RefundObject = {
  id: 're_06f4q8zm5x9p4q1t7v3y2a0b6d',
  object: 'refund',
  created: '2026-11-21T10:00:00.000Z',
  livemode: false,
  charge: chargeExample.id,
  origin: 'merchant',
  status: 'succeeded',
  amount: 500,
  currency: 'EUR',
  reason: 'requested_by_customer',
  metadata: {},
  failure: null,
  psp: { name: 'stripe', reference: 're_3Q0example' },
};

export const RefundAnswer = {
  ...ref(RefundSchema),
  description: 'The refund.',
  examples: [refundExample],
};

export const refundObject = (
  refund: Refund,
  charge: { readonly chargeId: ChargeId; readonly livemode: boolean; readonly provider: Provider },
): RefundObject => ({
  id: refund.refundId,
  object: 'refund',
  created: toTimestamp(refund.createdAt),
  livemode: charge.livemode,
  charge: charge.chargeId,
  origin: refund.origin,
  status: refund.status,
  amount: amountShown(refund.amount),
  currency: refund.amount.currency,
  reason: refund.reason,
  metadata: refund.metadata,
  failure: refund.failure === null ? null : failureShown(refund.failure),
  psp: refund.pspReference === null ? null : { name: charge.provider, reference: refund.pspReference },
});
