import { asciiLower } from '../../core/kernel';

/** The longest credential that is looked at. */
const maxCredentialCharacters = 512;

/**
 * The key in an Authorization header: a Bearer token, or the user name of HTTP Basic (RFC 7617), as
 * merchants' tools for Stripe send it. Null when there is none.
 */
export function credentialIn(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > maxCredentialCharacters) return null;
  const space = authorization.indexOf(' ');
  const value = authorization.slice(space + 1).trim();
  switch (asciiLower(authorization.slice(0, Math.max(space, 0)))) {
    case 'bearer':
      return value === '' ? null : value;
    case 'basic':
      return userIn(value);
    default:
      return null;
  }
}

function userIn(encoded: string): string | null {
  const user = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? '';
  return user === '' ? null : user;
}
