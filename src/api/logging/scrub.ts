import { credentialPattern } from '../errors/received-value';
import { withoutCardNumbers } from '../../core/kernel';

const everyCredential = new RegExp(credentialPattern, 'g');
const bearer = /\b(Bearer|Basic) [A-Za-z0-9+/=._~-]+/gi;

/** A log line without card numbers and credentials, wherever in it they stood. */
export const scrubbed = (line: string): string =>
  withoutCardNumbers(line)
    .replace(bearer, '$1 [removed]')
    .replace(everyCredential, (credential) => `${credential.slice(0, credential.indexOf('_'))}_[removed]`);

/** Of an error only what tells about it: drivers hang whole connections on theirs, their secrets included. */
export function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) };
  return { name, message, ...code, stack, ...cause };
}
