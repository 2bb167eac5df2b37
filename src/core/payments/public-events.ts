import type { PublicEventType, PublicFact } from '../ports';

/** The public events of charges and refunds. */
export const paymentsPublicTypes = {
  'charge.in_review': {
    object: 'charge',
    meaning: 'The rules hold the charge until a person has looked at it.',
  },
  'charge.blocked': {
    object: 'charge',
    meaning: 'The rules or a person refused the charge; `failure` says why.',
  },
  'charge.processing': {
    object: 'charge',
    meaning: 'A person released the charge, and it goes to the provider.',
  },
  'charge.requires_action': {
    object: 'charge',
    meaning: 'The payer has to do something first: send the payer to `next_action.url`.',
  },
  'charge.authorized': {
    object: 'charge',
    meaning: 'The issuer promised the amount of a charge with `capture_method` manual: capture it.',
  },
  'charge.captured': {
    object: 'charge',
    meaning: 'A part of the amount was taken, and more may be captured.',
  },
  'charge.succeeded': {
    object: 'charge',
    meaning: 'The money was taken, and nothing more will be: deliver the goods.',
  },
  'charge.failed': { object: 'charge', meaning: 'The payment was declined; `failure` says why.' },
  'charge.canceled': {
    object: 'charge',
    meaning:
      'What was authorized and not captured is released. `status` is succeeded when a part was captured before.',
  },
  'charge.capture_failed': { object: 'charge', meaning: 'The provider refused a capture; capture again.' },
  'charge.cancel_failed': { object: 'charge', meaning: 'The provider refused the cancellation.' },
  'refund.created': {
    object: 'refund',
    meaning: 'A refund was asked for, or was made at the provider itself (`origin` says which).',
  },
  'refund.succeeded': { object: 'refund', meaning: 'The money was given back.' },
  'refund.failed': {
    object: 'refund',
    meaning: 'The refund did not happen, or came back after it had succeeded; refund again.',
  },
} as const satisfies Readonly<Record<string, PublicEventType>>;

export type PaymentsPublicType = keyof typeof paymentsPublicTypes;

type TypeOf<Object extends string> = Extract<PaymentsPublicType, `${Object}.${string}`>;

export const chargeFact = (type: TypeOf<'charge'>, objectId: string): PublicFact => ({
  type,
  object: 'charge',
  objectId,
});

export const refundFact = (type: TypeOf<'refund'>, objectId: string): PublicFact => ({
  type,
  object: 'refund',
  objectId,
});
