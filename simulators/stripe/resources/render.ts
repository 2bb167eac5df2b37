import type { Snapshot } from '../store/kinds';
import { renderBalanceTransaction } from './balance-transaction-state';
import { renderCharge } from './charge-state';
import { renderCustomer } from './customer-state';
import { renderDispute } from './dispute-state';
import { renderPaymentIntent } from './payment-intent-state';
import { renderPaymentMethod } from './payment-method-state';
import { renderPayout } from './payout-state';
import { renderRefund } from './refund-state';
import { renderSetupIntent } from './setup-intent-state';
import { renderToken } from './token-state';
import { renderWebhookEndpoint } from './webhook-endpoint-state';

/** The object as Stripe shows it. A state alone decides it, so that a stored answer can be shown again. */
export function render({ kind, state }: Snapshot): object {
  switch (kind) {
    case 'balance_transaction':
      return renderBalanceTransaction(state);
    case 'charge':
      return renderCharge(state);
    case 'customer':
      return renderCustomer(state);
    case 'dispute':
      return renderDispute(state);
    case 'payment_intent':
      return renderPaymentIntent(state);
    case 'payment_method':
      return renderPaymentMethod(state);
    case 'payout':
      return renderPayout(state);
    case 'refund':
      return renderRefund(state);
    case 'setup_intent':
      return renderSetupIntent(state);
    case 'token':
      return renderToken(state);
    case 'webhook_endpoint':
      return renderWebhookEndpoint(state);
  }
}
