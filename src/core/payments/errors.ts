import type { Catalogue } from '../kernel';

export type ChargeErrorCode =
  | 'charge_not_found'
  | 'charge_not_in_review'
  | 'charge_not_authorized'
  | 'charge_not_cancelable'
  | 'charge_not_refundable'
  | 'charge_final'
  | 'currency_mismatch'
  | 'capture_exceeds_authorization'
  | 'capture_in_progress'
  | 'capture_not_found'
  | 'cancel_in_progress'
  | 'refund_exceeds_captured'
  | 'refund_not_found'
  | 'refund_final'
  | 'too_many_captures'
  | 'too_many_refunds'
  | 'livemode_unavailable'
  | 'amount_too_large'
  | 'amount_unsupported'
  | 'currency_unsupported'
  | 'provider_contradiction';

export const paymentsCatalogue: Catalogue<ChargeErrorCode> = {
  charge_not_found: {
    meaning: 'No charge with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'Check the id, and that a test key is not asking for a live charge or the other way round.',
  },
  charge_not_in_review: {
    meaning: 'The charge is not waiting for a review.',
    retry: 'no',
    remedy: 'Fetch the charge; only one whose status is in_review can be approved or rejected.',
  },
  charge_not_authorized: {
    meaning: 'Only an authorized charge can be captured, and this one is in another state.',
    retry: 'no',
    remedy:
      'Fetch the charge. While it is processing, wait; once captured in full, failed or canceled, it cannot be captured.',
  },
  charge_not_cancelable: {
    meaning: 'The charge is in a state in which nothing is left to cancel.',
    retry: 'no',
    remedy: 'Fetch the charge; a captured charge is refunded instead.',
  },
  charge_not_refundable: {
    meaning: 'Nothing has been captured on this charge.',
    retry: 'no',
    remedy: 'Cancel an authorized charge instead; a failed or canceled one never took money.',
  },
  charge_final: {
    meaning: 'The payment service provider reports an outcome that contradicts a final state.',
    retry: 'no',
    remedy: 'Compare the charge with the provider; the runbook page on dead letters says how.',
  },
  currency_mismatch: {
    meaning: 'The amount is in another currency than the charge.',
    retry: 'no',
    remedy: 'Use the currency of the charge.',
  },
  capture_exceeds_authorization: {
    meaning: 'The capture is more than what is left of the authorization.',
    retry: 'no',
    remedy: 'Capture at most what is left; the message names it.',
  },
  capture_in_progress: {
    meaning: 'A capture of this charge has been asked for and is not decided yet.',
    retry: 'later',
    remedy: 'Wait until the capture has succeeded or failed.',
  },
  capture_not_found: {
    meaning: 'The charge has no capture with this id.',
    retry: 'no',
    remedy: 'Check the id of the capture.',
  },
  cancel_in_progress: {
    meaning: 'A cancellation of this charge has been asked for and is not decided yet.',
    retry: 'later',
    remedy: 'Wait until the charge is canceled or the cancellation has failed.',
  },
  refund_exceeds_captured: {
    meaning: 'The refund is more than what was captured less what is refunded or being refunded.',
    retry: 'no',
    remedy: 'Refund at most what is left; the message names it.',
  },
  refund_not_found: {
    meaning: 'No refund with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'Check the id, and that a test key is not asking for a live refund or the other way round.',
  },
  refund_final: {
    meaning: 'The payment service provider reports an outcome that contradicts a final refund.',
    retry: 'no',
    remedy: 'Compare the refund with the provider; the runbook page on dead letters says how.',
  },
  too_many_captures: {
    meaning: 'The charge has as many captures as one charge may have, those that failed included.',
    retry: 'no',
    remedy: 'Cancel what is left of the authorization, and make another charge for it.',
  },
  too_many_refunds: {
    meaning: 'The charge has as many refunds as one charge may have, those that failed included.',
    retry: 'no',
    remedy: 'Give back what is left outside the card, and keep refunds of one charge few and larger.',
  },
  livemode_unavailable: {
    meaning:
      'This installation has no payment service provider for the side, test or live, that the key belongs to.',
    retry: 'no',
    remedy:
      'Use a key of the other side, or configure a provider for this one (FINCORE_PSP=stripe and its keys).',
  },
  amount_too_large: {
    meaning: 'The payment service provider takes less in one payment; `detail` says how much.',
    retry: 'no',
    remedy: 'Make several charges.',
  },
  amount_unsupported: {
    meaning:
      'The payment service provider cannot count this amount exactly; `detail` says which amounts it takes.',
    retry: 'no',
    remedy: 'Round the amount to a multiple of the one in `detail`.',
  },
  currency_unsupported: {
    meaning: 'The payment service provider takes no payments in this currency.',
    retry: 'no',
    remedy: 'Charge in another currency.',
  },
  provider_contradiction: {
    meaning:
      'The payment service provider reports another amount, currency, mode or payment than the books have. Nothing is booked.',
    retry: 'no',
    remedy:
      'Compare the charge with the provider; the cause of the dead letter names both values, and the runbook page says how.',
  },
};
