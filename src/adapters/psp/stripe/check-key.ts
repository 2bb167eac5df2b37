import Stripe from 'stripe';
import type { StripeConnection } from './connection';

/** What Stripe says about the secret key. */
export type KeyCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Stripe could not be asked, which says nothing about the key. */
  | { readonly kind: 'unanswered'; readonly reason: string };

const unauthorized = 401;

/** Asks Stripe for the balance. A restricted key that may not read it is still a key that Stripe knows. */
export async function checkKey({ stripe }: StripeConnection): Promise<KeyCheck> {
  try {
    await stripe.balance.retrieve();
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (error instanceof Stripe.errors.StripePermissionError) return { kind: 'accepted' };
    const isRefused =
      error instanceof Stripe.errors.StripeAuthenticationError || error.statusCode === unauthorized;
    return { kind: isRefused ? 'refused' : 'unanswered', reason: error.message };
  }
}
