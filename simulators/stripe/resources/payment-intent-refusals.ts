import { invalidRequest, type ApiError } from '../wire/api-error';
import {
  renderPaymentIntent,
  type PaymentIntentState,
  type PaymentIntentStatus,
} from './payment-intent-state';

const code = 'payment_intent_unexpected_state';

const withIntent = (message: string, intent: PaymentIntentState): ApiError =>
  invalidRequest(message, { code, payment_intent: renderPaymentIntent(intent) });

export function cannotConfirm(intent: PaymentIntentState): ApiError {
  const because =
    intent.status === 'canceled'
      ? 'it has a status of canceled. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.'
      : intent.status === 'requires_action'
        ? 'it is waiting for the payer to authenticate.'
        : 'it has already succeeded after being previously confirmed.';
  return withIntent(`You cannot confirm this PaymentIntent because ${because}`, intent);
}

export const missingPaymentMethod = (intent: PaymentIntentState): ApiError =>
  withIntent(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    intent,
  );

export const cannotCapture = (intent: PaymentIntentState): ApiError =>
  withIntent(
    intent.status === 'succeeded'
      ? 'This PaymentIntent could not be captured because it has already been captured.'
      : `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
    intent,
  );

export const cancelable: readonly PaymentIntentStatus[] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
];

export const cannotCancel = (intent: PaymentIntentState): ApiError =>
  withIntent(
    `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancelable.join(', ')}.`,
    intent,
  );

export const cannotUpdate = (intent: PaymentIntentState): ApiError =>
  withIntent(
    `This PaymentIntent's amount, currency or payment method could not be updated because it has a status of ${intent.status}. You may only update them on a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
    intent,
  );

export const cannotIncrement = (intent: PaymentIntentState): ApiError =>
  withIntent('This PaymentIntent is not eligible for incremental authorization.', intent);
