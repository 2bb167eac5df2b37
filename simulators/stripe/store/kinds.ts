import type { BalanceTransactionState } from '../resources/balance-transaction-state';
import type { ChargeState } from '../resources/charge-state';
import type { CustomerState } from '../resources/customer-state';
import type { DisputeState } from '../resources/dispute-state';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import type { PaymentMethodState } from '../resources/payment-method-state';
import type { PayoutState } from '../resources/payout-state';
import type { RefundState } from '../resources/refund-state';
import type { SetupIntentState } from '../resources/setup-intent-state';
import type { TokenState } from '../resources/token-state';
import type { WebhookEndpointState } from '../resources/webhook-endpoint-state';
import { Collection, referencesBy } from './collection';

/** Every kind of object that is stored, with its state. Keys are Stripe's own `object` names. */
export interface Kinds {
  balance_transaction: BalanceTransactionState;
  charge: ChargeState;
  customer: CustomerState;
  dispute: DisputeState;
  payment_intent: PaymentIntentState;
  payment_method: PaymentMethodState;
  payout: PayoutState;
  refund: RefundState;
  setup_intent: SetupIntentState;
  token: TokenState;
  webhook_endpoint: WebhookEndpointState;
}

export type Kind = keyof Kinds;

export const allKinds: readonly Kind[] = [
  'balance_transaction',
  'charge',
  'customer',
  'dispute',
  'payment_intent',
  'payment_method',
  'payout',
  'refund',
  'setup_intent',
  'token',
  'webhook_endpoint',
];

/** One kind together with a state of it, so that neither travels without the other. */
export type Snapshot = { [K in Kind]: { readonly kind: K; readonly state: Kinds[K] } }[Kind];

/** A kind and a state of it belong together by construction; TypeScript cannot follow that through the generic. */
export const snapshotOf = <K extends Kind>(kind: K, state: Kinds[K]): Snapshot =>
  ({ kind, state }) as unknown as Snapshot;

export type Collections = { readonly [K in Kind]: Collection<Kinds[K]> };

/** Empty collections, each with the keys its lists and searches look up. */
export const newCollections = (): Collections => ({
  balance_transaction: new Collection(referencesBy('source')),
  charge: new Collection(referencesBy('payment_intent', 'customer')),
  customer: new Collection(referencesBy('email')),
  dispute: new Collection(referencesBy('charge', 'payment_intent')),
  payment_intent: new Collection(referencesBy('customer')),
  payment_method: new Collection(referencesBy('customer')),
  payout: new Collection(referencesBy()),
  refund: new Collection(referencesBy('charge', 'payment_intent')),
  setup_intent: new Collection(referencesBy('customer', 'payment_method')),
  token: new Collection(referencesBy()),
  webhook_endpoint: new Collection(referencesBy()),
});
