import type { CardFacts, PspFailure } from '../../core/ports';

/** What a card does when it is charged. */
export type CardBehavior = {
  /** @default the PSP does not describe the card */
  readonly facts?: CardFacts;
} & (
  | { readonly kind: 'approves'; readonly refunds: 'at_once' | 'pending' | 'fail_later' }
  | { readonly kind: 'declines'; readonly failure: PspFailure }
  /** The payer has to confirm first. */
  | { readonly kind: 'asks_the_payer' }
  /** Taken, and not decided until `decide` is called. */
  | { readonly kind: 'hesitates' }
);

const approves: CardBehavior = { kind: 'approves', refunds: 'at_once' };

const declines = (code: string, message: string, declineCode = code): CardBehavior => ({
  kind: 'declines',
  failure: { code, declineCode, message },
});

/** By the name after `tok_` or `pm_card_`, so that one request means the same here as at Stripe in test mode. */
const cards: Readonly<Record<string, CardBehavior>> = {
  visa: { ...approves, facts: { brand: 'visa', last4: '4242', country: 'US', funding: 'credit' } },
  mastercard: {
    ...approves,
    facts: { brand: 'mastercard', last4: '4444', country: 'US', funding: 'credit' },
  },
  amex: approves,
  chargeDeclined: declines('card_declined', 'Your card was declined.', 'generic_decline'),
  chargeDeclinedInsufficientFunds: declines('insufficient_funds', 'Your card has insufficient funds.'),
  chargeDeclinedLostCard: declines('card_declined', 'Your card was declined.', 'lost_card'),
  chargeDeclinedStolenCard: declines('card_declined', 'Your card was declined.', 'stolen_card'),
  chargeDeclinedExpiredCard: declines('expired_card', 'Your card has expired.'),
  chargeDeclinedIncorrectCvc: declines('incorrect_cvc', "Your card's security code is incorrect."),
  chargeDeclinedProcessingError: declines(
    'processing_error',
    'An error occurred while processing your card.',
  ),
  threeDSecure2Required: { kind: 'asks_the_payer' },
  authenticationRequired: { kind: 'asks_the_payer' },
  pendingRefund: { kind: 'approves', refunds: 'pending' },
  refundFail: { kind: 'approves', refunds: 'fail_later' },
  hesitates: { kind: 'hesitates' },
};

const unknownToken: CardBehavior = {
  kind: 'declines',
  failure: { code: 'payment_token_invalid', message: 'There is no such payment token.' },
};

export const testCard = (paymentToken: string): CardBehavior =>
  cards[paymentToken.replace(/^(?:tok_|pm_card_)(?:visa_(?=charge))?/, '')] ?? unknownToken;
