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
import { Collection } from './collection';
import { referencesBy, whileUnsettled, type References, type Stored } from './stored';

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
export function newCollections(looseLimit: number): Collections {
  const by = <T extends Stored>(references: References<T>): Collection<T> =>
    new Collection(references, { looseLimit });
  return {
    balance_transaction: by(referencesBy('source')),
    charge: by(
      whileUnsettled(
        referencesBy<ChargeState>('payment_intent', 'customer'),
        ({ capture_before }) => capture_before !== null,
      ),
    ),
    customer: by(referencesBy('email')),
    dispute: by(referencesBy('charge', 'payment_intent')),
    payment_intent: by(referencesBy('customer')),
    payment_method: by(referencesBy('customer')),
    payout: by(whileUnsettled(referencesBy<PayoutState>(), ({ status }) => status === 'pending')),
    refund: by(
      whileUnsettled(
        referencesBy<RefundState>('charge', 'payment_intent'),
        ({ settlesAs }) => settlesAs !== null,
      ),
    ),
    setup_intent: by(referencesBy('customer', 'payment_method')),
    token: by(referencesBy()),
    webhook_endpoint: by(referencesBy()),
  };
}
