import type Stripe from 'stripe';
import { declineOf, type DeclineReason } from '../cards/declines';
import { documentationOf, type ErrorDetails } from '../wire/api-error';
import { renderPaymentMethod, type PaymentMethodState } from './payment-method-state';

/** Why the last attempt failed, with the payment method of that attempt. */
export type PaymentErrorState =
  | { readonly kind: 'authentication_failed'; readonly method: PaymentMethodState }
  | {
      readonly kind: 'declined';
      readonly reason: DeclineReason;
      readonly charge: string | null;
      readonly method: PaymentMethodState;
    };

const authenticationFailure = {
  payment_intent: {
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
  },
  setup_intent: {
    code: 'setup_intent_authentication_failure',
    message: 'The latest attempt to set up the payment method has failed because authentication failed.',
  },
} as const;

export function renderPaymentError(
  error: PaymentErrorState,
  intent: 'payment_intent' | 'setup_intent' = 'payment_intent',
): Stripe.PaymentIntent.LastPaymentError {
  const method = { payment_method: renderPaymentMethod(error.method), payment_method_type: 'card' };
  if (error.kind === 'authentication_failed') {
    const { code, message } = authenticationFailure[intent];
    return { code, doc_url: documentationOf(code), message, ...method, type: 'invalid_request_error' };
  }
  const decline = declineOf(error.reason);
  return {
    ...declineDetails(error.reason),
    ...(error.charge === null ? {} : { charge: error.charge }),
    code: decline.code,
    doc_url: documentationOf(decline.code),
    message: decline.message,
    ...method,
    type: 'card_error',
  };
}

type DeclineDetails = Required<Pick<ErrorDetails, 'code' | 'decline_code'>> &
  Pick<ErrorDetails, 'advice_code' | 'network_decline_code' | 'param'>;

/** The fields that a declined attempt puts both into the API's error and into the object that keeps it. */
export function declineDetails(reason: DeclineReason): DeclineDetails {
  const { code, declineCode, param, adviceCode, networkCode } = declineOf(reason);
  return {
    code,
    decline_code: declineCode,
    ...(param === undefined ? {} : { param }),
    ...(adviceCode === undefined ? {} : { advice_code: adviceCode }),
    ...(networkCode === undefined ? {} : { network_decline_code: networkCode }),
  };
}
