import { hash } from 'node:crypto';
import { unauthorized } from './api-error';

export interface Credentials {
  readonly accountId: string;
  readonly keyKind: 'publishable' | 'secret';
}

const keyPattern = /^(sk|rk|pk)_test_([A-Za-z0-9_]{1,240})$/;

/** One account per key's ending, so that `sk_test_a` and `pk_test_a` belong together. Bounded, because keys are guessable. */
const known = new Map<string, Credentials>();
const knownLimit = 10_000;

/** @throws ApiError 401 in Stripe's words. */
export function authenticate(authorization: string | undefined): Credentials {
  const cached = authorization === undefined ? undefined : known.get(authorization);
  if (cached !== undefined) return cached;
  const key = keyOf(authorization);
  if (key === undefined || key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    );
  }
  if (key.includes('_live_')) {
    throw unauthorized(
      `Invalid API Key provided: ${masked(key)}. The simulator knows no live accounts; use a test key.`,
    );
  }
  const match = keyPattern.exec(key);
  if (match === null) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
  const credentials: Credentials = {
    accountId: `acct_${hash('sha256', match[2] ?? '', 'hex').slice(0, 16)}`,
    keyKind: match[1] === 'pk' ? 'publishable' : 'secret',
  };
  if (known.size < knownLimit) known.set(authorization ?? '', credentials);
  return credentials;
}

function keyOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return value.trim();
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
}

const masked = (key: string): string => {
  const shown = key.replace(/^([a-z]+_[a-z]+_).*$/, '$1');
  return shown === key ? '****' : `${shown}****${key.slice(-4)}`;
};
