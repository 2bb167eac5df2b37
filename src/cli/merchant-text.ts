import { InvalidArgumentError } from 'commander';
import { findForbiddenText } from '../api/json/forbidden-text';
import { maxMerchantNameLength, maxRotationOverlapMs } from '../core/accounts';

/** The rules of the API's route for the same name. */
export function merchantName(text: string): string {
  if (text.trim() === '' || text.length > maxMerchantNameLength)
    throw new InvalidArgumentError(
      `Allowed are 1 to ${String(maxMerchantNameLength)} characters, not all blank.`,
    );
  if (findForbiddenText(text) !== null)
    throw new InvalidArgumentError('It holds a control character or what looks like a card number.');
  return text;
}

/** How long a rotated key stays good. */
export function overlapSeconds(text: string): number {
  const maxSeconds = maxRotationOverlapMs / 1_000;
  const seconds = Number(text);
  if (!/^\d{1,9}$/.test(text) || seconds > maxSeconds)
    throw new InvalidArgumentError(`Allowed is a whole number from 0 to ${String(maxSeconds)}.`);
  return seconds;
}
