import type { DeclineReason } from './declines';

export type CardBrand =
  | 'amex'
  | 'carnet'
  | 'diners'
  | 'discover'
  | 'eftpos_au'
  | 'jcb'
  | 'mastercard'
  | 'unionpay'
  | 'unknown'
  | 'visa';
export type Funding = 'credit' | 'debit' | 'prepaid' | 'unknown';

/**
 * When a card asks its holder to authenticate:
 * - `always`: for every payment, set up or not;
 * - `unless_set_up`: on session always; off session until it was set up;
 * - `on_session`: counts as set up already, so off session never;
 * - `lookup_fails`: 3-D Secure is required, and its lookup fails, so the payment is declined.
 */
export type Authentication = 'always' | 'lookup_fails' | 'on_session' | 'unless_set_up';

export type DisputeKind = 'compliance' | 'fraudulent' | 'inquiry' | 'product_not_received' | 'twice';

/** One documented test card: how it looks, and what happens to payments made with it. */
export interface TestCard {
  /** Names the row in stored states, so that no state carries a card number. */
  readonly row: string;
  readonly number: string;
  readonly paymentMethods: readonly string[];
  readonly tokens: readonly string[];
  readonly brand: CardBrand;
  readonly funding: Funding;
  readonly country: string;
  readonly decline?: DeclineReason;
  /** Attaching succeeds although charging fails; cards with `decline` alone cannot be attached either. */
  readonly attachable?: true;
  readonly authentication?: Authentication;
  readonly refund?: 'fails_later' | 'pending_first';
  readonly dispute?: DisputeKind;
  readonly risk?: 'elevated' | 'highest';
  readonly checks?: {
    readonly cvc?: 'fail';
    readonly line1?: 'fail' | 'unavailable';
    readonly zip?: 'fail' | 'unavailable';
  };
  /** The funds are available at once instead of after two days. */
  readonly bypassesPending?: true;
  readonly fraudWarning?: true;
}
