/** @source https://docs.stripe.com/get-started/account/statement-descriptors */
const lengthLimit = 22;
const forbidden = /[<>\\'"*]|[^\u0020-\u007e\u00c0-\u00ff]/gu;

/**
 * The merchant's text as Stripe prints it after the account's own prefix (the full descriptor cannot be
 * set for cards). A text that Stripe would refuse is shortened to what it takes, because nobody wants a payment to
 * fail over its line on the statement; null when nothing is left.
 */
export function statementSuffix(descriptor: string): string | null {
  const suffix = descriptor
    .replaceAll(/\s+/g, ' ')
    .replaceAll(forbidden, '')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, lengthLimit)
    .trim();
  return /\p{L}/u.test(suffix) ? suffix : null;
}
