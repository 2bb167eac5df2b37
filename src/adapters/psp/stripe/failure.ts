import { withoutCardNumbers } from '../../../core/kernel';
import type { PspFailure } from '../../../core/ports';
import { maskCredentials } from './credentials';

/** Stripe's words for a refusal, as an error or as the `last_payment_error` of a payment. */
export interface StripeRefusal {
  readonly code?: string | undefined;
  readonly decline_code?: string | undefined;
  readonly message?: string | undefined;
  readonly param?: string | undefined;
}

/** Messages become events: what a PSP sends is cut to this many characters. */
const messageLengthLimit = 500;

/**
 * Stripe's error codes in FinCore's words, where the two differ or the issuer's reason says more.
 *
 * @source https://docs.stripe.com/error-codes, https://docs.stripe.com/declines/codes
 */
const codes: Readonly<Record<string, string>> = {
  amount_too_large: 'amount_too_large',
  amount_too_small: 'amount_too_small',
  authentication_required: 'authentication_required',
  capture_charge_authorization_expired: 'authorization_expired',
  card_declined: 'card_declined',
  charge_already_captured: 'already_captured',
  charge_already_refunded: 'already_refunded',
  charge_disputed: 'charge_disputed',
  charge_expired_for_capture: 'authorization_expired',
  charge_not_refundable: 'not_refundable',
  expired_card: 'expired_card',
  incorrect_cvc: 'incorrect_cvc',
  incorrect_number: 'incorrect_number',
  incorrect_postal_code: 'incorrect_postal_code',
  incorrect_zip: 'incorrect_postal_code',
  insufficient_funds: 'insufficient_funds',
  invalid_cvc: 'incorrect_cvc',
  invalid_expiry_month: 'invalid_expiry',
  invalid_expiry_year: 'invalid_expiry',
  invalid_number: 'incorrect_number',
  payment_intent_authentication_failure: 'authentication_failed',
  processing_error: 'processing_error',
  refund_disputed_payment: 'charge_disputed',
  token_already_used: 'payment_token_invalid',
};

const namesToken = /payment_method|token|source/;

/** Reasons that an issuer gives under Stripe's `card_declined` and that have a code of their own here. */
const declinesOfTheirOwn: ReadonlySet<string> = new Set([
  'authentication_required',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_postal_code',
  'incorrect_zip',
  'insufficient_funds',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'processing_error',
]);

/** The card was asked and said no. */
export function cardFailure(refusal: StripeRefusal): PspFailure {
  const decline = refusal.decline_code;
  const stripeCode = decline !== undefined && declinesOfTheirOwn.has(decline) ? decline : refusal.code;
  const code = codes[stripeCode ?? ''] ?? 'card_declined';
  const message = readable(refusal.message, 'The card was declined.');
  return decline === undefined || decline === ''
    ? { code, message }
    : { code, declineCode: withoutCardNumbers(decline), message };
}

/** Stripe did not accept the request as it stands. */
export function requestFailure(refusal: StripeRefusal): PspFailure {
  const message = readable(refusal.message, 'Stripe refused the request.');
  return { code: requestCode(refusal), message };
}

function requestCode({ code, param }: StripeRefusal): string {
  // A token that does not exist is the payer's or the merchant's business, not a malformed request.
  if (code === 'resource_missing' && namesToken.test(param ?? '')) return 'payment_token_invalid';
  return codes[code ?? ''] ?? 'invalid_request';
}

/** A message of Stripe's as it may be stored: without card numbers, tokens and keys, and of bounded length. */
export const readable = (message: string | undefined, otherwise: string): string =>
  message === undefined || message === ''
    ? otherwise
    : maskCredentials(withoutCardNumbers(message.slice(0, 2 * messageLengthLimit))).slice(
        0,
        messageLengthLimit,
      );
