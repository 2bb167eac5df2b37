import { type Static, Type } from '@sinclair/typebox';
import { subtract, sum, toTimestamp } from '../../../core/kernel';
import {
  type ChargeStatus,
  type ExistingCharge,
  type OperationStatus,
  capturable,
  refundable,
  refunded,
} from '../../../core/payments';
import { type RiskDecision, ruleOutcomes } from '../../../core/risk';
import type { PspFailure } from '../../../core/ports';
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
  id: nullable(
    Type.String({
      description:
        'Null for money that no request asked for: taken with the authorization, or at the provider.',
      examples: ['cap_06f4q8xk3v7m2n9r5t1w0y8z4b'],
    }),
  ),
  amount: AmountShown,
  final: Type.Boolean({ description: 'Releases what is authorized beyond this capture.' }),
  status: oneOf(operationStatuses),
  failure: nullable(Failure),
});

const Card = Type.Object(
  {
    brand: nullable(Type.String({ examples: ['visa'] })),
    last4: nullable(Type.String({ examples: ['4242'] })),
    country: nullable(Type.String({ description: 'Of the issuer, ISO 3166-1 alpha-2.', examples: ['DE'] })),
    funding: nullable(oneOf(['credit', 'debit', 'prepaid', 'unknown'])),
  },
  { description: 'What the provider says about the card; null until it has answered.' },
);

const Risk = Type.Object(
  {
    outcome: oneOf(['approve', 'review', 'block']),
    score: Type.Integer(),
    reasons: Type.Array(Type.String(), {
      description: 'Of the rules that asked for the outcome.',
      examples: [['amount_unusual']],
    }),
    findings: Type.Array(
      Type.Object({
        rule_set: Type.String(),
        rule: Type.String(),
        finding: oneOf(['holds', 'missing', 'failed'], {
          description: 'missing: the charge has no such fact. failed: the rule could not be computed.',
        }),
        outcome: oneOf(ruleOutcomes),
        mode: oneOf(['enforce', 'shadow']),
        detail: nullable(Type.String()),
      }),
    ),
  },
  { description: 'What the rules in force said, before any provider saw the charge; null where none were.' },
);

const Cancellation = Type.Object(
  {
    reason: oneOf(['requested', 'expired', 'provider'], {
      description:
        'requested: by the merchant. expired: not taken by expires_at. provider: released by the provider, as when an authorization runs out.',
    }),
    status: oneOf(operationStatuses),
    failure: nullable(Failure),
  },
  { description: 'The newest cancellation. One that failed may be asked for again.' },
);

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
    return_url: nullable(Type.String()),
    expires_at: Timestamp,
    metadata: Metadata,
    risk: nullable(Risk),
    failure: nullable(Failure),
    next_action: nullable(
      Type.Object(
        { type: oneOf(['redirect_to_url']), url: Type.String() },
        {
          description: 'What the payer has to do before the payment goes on.',
        },
      ),
    ),
    cancellation: nullable(Cancellation),
    card: nullable(Card),
    captures: Type.Array(Capture, {
      description: 'What was taken or asked for; the amounts of those that succeeded make amount_captured.',
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
  return_url: null,
  expires_at: '2026-11-22T09:30:00.000Z',
  metadata: { order: '4711' },
  risk: { outcome: 'approve', score: 0, reasons: [], findings: [] },
  failure: null,
  next_action: null,
  cancellation: null,
  card: { brand: 'visa', last4: '4242', country: 'US', funding: 'credit' },
  captures: [{ id: null, amount: 1999, final: true, status: 'succeeded', failure: null }],
  psp: { name: 'stripe', reference: 'pi_3Q0example' },
};

export const ChargeAnswer = {
  ...ref(ChargeSchema),
  description: 'The charge.',
  examples: [chargeExample],
};

/** A charge as callers see it. The payment token is not shown: anyone who sent it has it. */
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
    return_url: terms.returnUrl,
    expires_at: toTimestamp(terms.expiresAt),
    metadata: terms.metadata,
    risk: riskShown(terms.risk),
    failure: 'failure' in charge ? failureShown(charge.failure) : null,
    next_action:
      charge.status === 'requires_action' ? { type: 'redirect_to_url', url: charge.nextAction.url } : null,
    cancellation: charge.cancellation === null ? null : shownWithFailure(charge.cancellation),
    card: charge.card,
    captures: capturesShown(charge),
    psp: charge.pspReference === null ? null : { name: terms.provider, reference: charge.pspReference },
  };
}

/** What the platform's rules are is not for merchants: they see the outcome and its reasons. */
const riskShown = (risk: RiskDecision | null): ChargeObject['risk'] =>
  risk === null
    ? null
    : {
        outcome: risk.outcome,
        score: risk.score,
        reasons: [...risk.reasons],
        findings: risk.findings
          .filter(({ owner }) => owner === 'merchant')
          .map(({ ruleSetId, ruleId, finding, outcome, mode, detail }) => ({
            rule_set: ruleSetId,
            rule: ruleId,
            finding,
            outcome,
            mode,
            detail,
          })),
      };

/** The captures that were asked for, after what was taken without one: by an automatic charge, or at the provider. */
function capturesShown(charge: ExistingCharge): ChargeObject['captures'] {
  const asked = charge.captures.map(({ captureId, amount, final, status, failure }) =>
    shownWithFailure({ id: captureId, amount: amountShown(amount), final, status, failure }),
  );
  const { currency } = charge.terms.amount;
  const taken = charge.captures.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
  const unasked = amountShown(subtract(charge.captured, sum(currency, taken)));
  if (unasked <= 0) return asked;
  const final = charge.status === 'succeeded' && taken.length === 0;
  return [{ id: null, amount: unasked, final, status: 'succeeded', failure: null }, ...asked];
}

const shownWithFailure = <Shown extends { readonly failure: PspFailure | null }>(shown: Shown) => ({
  ...shown,
  failure: shown.failure === null ? null : failureShown(shown.failure),
});
