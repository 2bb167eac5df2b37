import Stripe from 'stripe';
import type { CardFacts, PspFailure } from '../../../core/ports';
import { cardFactsOf } from './facts';
import { cardFailure, readable, requestFailure } from './failure';
import { retryAfterOf } from './retry-after';
import { reachedStripe } from './sent';
import { systemErrorOf } from './system-error';

/** What an error of the `stripe` package says about the money. */
export type ErrorVerdict =
  /** The card was asked and said no; the payment that carries the refusal exists. */
  | {
      readonly kind: 'declined';
      readonly failure: PspFailure;
      readonly pspReference: string | null;
      readonly card: CardFacts | null;
    }
  /** Stripe did not accept the request. `keyReused`: the key has been used before with other parameters. */
  | {
      readonly kind: 'refused';
      readonly failure: PspFailure;
      readonly keyReused: boolean;
      /** The payment that was made all the same. */
      readonly pspReference: string | null;
      readonly missing: boolean;
    }
  /** The request had no effect; the same one may succeed later. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs: number }
  /** The request may have had an effect. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** Stripe did answer, with a 5xx: it gives that answer again to anyone who asks again with the key. */
      readonly isRepeated: boolean;
    };

interface Row {
  readonly when: (error: Stripe.errors.StripeError) => boolean;
  readonly verdict: (error: Stripe.errors.StripeError) => ErrorVerdict;
  /** Says that Stripe is in trouble, not that this request is: enough of them in a row open the breaker. */
  readonly trouble: boolean;
}

/** Stripe's concurrency limit on one object; the holder is done within seconds. */
const lockRetryMs = 500;
const rateLimitRetryMs = 1_000;
const unreachableRetryMs = 1_000;
/** An operator has to act, so a quick retry is in vain. */
const credentialsRetryMs = 60_000;

/** The first row that applies decides. @source https://docs.stripe.com/error-handling, https://docs.stripe.com/error-low-level */
const rows: readonly Row[] = [
  {
    when: (error) => error.code === 'lock_timeout',
    verdict: (error) =>
      unavailable('Stripe is busy with another request for the same payment.', error, lockRetryMs),
    trouble: false,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeRateLimitError,
    verdict: (error) => unavailable('Stripe limits the rate of requests.', error, rateLimitRetryMs),
    trouble: true,
  },
  {
    // Not a refusal: an earlier request with this key is being worked on and may yet succeed.
    when: (error) => error.code === 'idempotency_key_in_use',
    verdict: () => unknown('Stripe is still working on an earlier request with the same key.', false),
    trouble: false,
  },
  {
    when: (error) =>
      error instanceof Stripe.errors.StripeAuthenticationError ||
      error instanceof Stripe.errors.StripePermissionError,
    verdict: (error) =>
      unavailable(
        `Stripe refuses the secret key (${error.statusCode ?? 'no status'}): ${readable(error.message, 'no reason given')} Set a key that may create payments and refunds.`,
        error,
        credentialsRetryMs,
      ),
    trouble: false,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeCardError,
    verdict: (error) => ({
      kind: 'declined',
      failure: cardFailure(error),
      pspReference: error.payment_intent?.id ?? null,
      card: cardFactsOf(error.payment_method?.card),
    }),
    trouble: false,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeIdempotencyError,
    verdict: (error) => refused(error, true),
    trouble: false,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeInvalidRequestError,
    verdict: (error) => refused(error, false),
    trouble: false,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeConnectionError && !reachedStripe(error.detail),
    verdict: (error) =>
      unavailable(`Stripe cannot be reached: ${causeOf(error)}.`, error, unreachableRetryMs),
    trouble: true,
  },
  {
    when: (error) => error instanceof Stripe.errors.StripeConnectionError,
    verdict: (error) =>
      unknown(`${readable(error.message, 'The connection broke.')} (${causeOf(error)})`, false),
    trouble: true,
  },
  {
    // A 5xx, an answer that is not JSON, or a status that nobody has documented yet.
    when: () => true,
    verdict: (error) =>
      unknown(
        `Stripe answered ${error.statusCode ?? 'unintelligibly'}: ${readable(error.message, 'without a reason')}`,
        true,
      ),
    trouble: true,
  },
];

/** Null for an error that is not Stripe's: a bug, to be thrown on. */
export function verdictOf(error: unknown): ErrorVerdict | null {
  const stripeError = asStripeError(error);
  return stripeError === null ? null : rowFor(stripeError).verdict(stripeError);
}

/** Whether an error counts towards opening the breaker. A refusal shows that Stripe is well. */
export function showsTrouble(error: unknown): boolean {
  const stripeError = asStripeError(error);
  return stripeError !== null && rowFor(stripeError).trouble;
}

const asStripeError = (error: unknown): Stripe.errors.StripeError | null =>
  error instanceof Stripe.errors.StripeError ? error : null;

function rowFor(error: Stripe.errors.StripeError): Row {
  const row = rows.find(({ when }) => when(error));
  if (row === undefined) throw error;
  return row;
}

const unavailable = (
  message: string,
  error: Stripe.errors.StripeError,
  otherwiseMs: number,
): ErrorVerdict => ({
  kind: 'unavailable',
  message,
  retryAfterMs: retryAfterOf(error.headers) ?? otherwiseMs,
});

const unknown = (reason: string, isRepeated: boolean): ErrorVerdict => ({
  kind: 'unknown',
  reason,
  isRepeated,
});

const refused = (error: Stripe.errors.StripeError, keyReused: boolean): ErrorVerdict => ({
  kind: 'refused',
  failure: requestFailure(error),
  keyReused,
  pspReference: error.payment_intent?.id ?? null,
  missing: error.statusCode === 404,
});

const causeOf = ({ detail }: Stripe.errors.StripeError): string =>
  systemErrorOf(detail).code ?? 'no cause given';
