/** Payment tokens, keys and webhook secrets by their prefixes. Stripe stars most of a key, but not all of it. */
const credentials = /\b(tok|pm|sk|rk|pk|whsec)_[A-Za-z0-9_*]+/g;

/**
 * Takes out every text that would open a payment or an account. Stripe quotes the token that it refuses (`No such PaymentMethod:
 * 'pm_…'`), and what it says becomes an event, which is kept for ever.
 */
export const maskCredentials = (text: string): string => text.replaceAll(credentials, '$1_[removed]');
