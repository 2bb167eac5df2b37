import { holdsCardNumber } from '../../core/kernel';

const maxShownCharacters = 60;
/** Beyond what is shown, so that the cut halves neither a credential nor a card number that would be recognised whole. */
const maxLookedAtCharacters = 2_000;

/** Keys, tokens and webhook secrets, by their prefixes. They are never quoted back, nor logged. */
export const credentialPattern = /\b(?:sk|pk|rk|ok|tok|pm|whsec)_[A-Za-z0-9_]+/;

export const notRepeated = 'a value that is not repeated here';

/** Whether a text may be sent back or logged: it holds no credential, no token and no card number. */
export const isRepeatable = (text: string): boolean =>
  !credentialPattern.test(text) && !holdsCardNumber(text);

/** A received value as a message may quote it: short, and never a credential, a token or a card number. */
export const shownValue = (value: unknown): string =>
  value === undefined ? 'nothing' : shownText(JSON.stringify(value));

/** The same for a value that is a text of JSON already. */
export function shownText(json: string): string {
  const text = json.slice(0, maxLookedAtCharacters);
  if (!isRepeatable(text)) return notRepeated;
  return text.length <= maxShownCharacters ? text : `${text.slice(0, maxShownCharacters)}…`;
}
