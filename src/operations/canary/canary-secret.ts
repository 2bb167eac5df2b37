import type { CanaryTarget } from './canary-charge';

/** The secret of a stage's canary is not what it must be; the message says which part, and shows none. */
export class CanarySecretInvalid extends Error {
  override readonly name = 'CanarySecretInvalid';
}

/** What the secret of a stage's canary holds: the key of its merchant, and the token of its card. */
export function parseCanarySecret(text: string): Omit<CanaryTarget, 'apiUrl'> {
  const parsed = jsonIn(text);
  const secretKey = parsed['secret_key'];
  const paymentToken = parsed['payment_token'];
  if (typeof secretKey !== 'string' || !/^sk_(test|live)_\w+$/.test(secretKey))
    throw new CanarySecretInvalid(
      'secret_key is not the secret key of a merchant (sk_test_… or sk_live_…); make one with POST /v1/merchants',
    );
  if (typeof paymentToken !== 'string' || !/^(tok|pm)_\w+$/.test(paymentToken))
    throw new CanarySecretInvalid(
      'payment_token is not a token of the PSP (tok_… or pm_…); with test money tok_visa does',
    );
  return { secretKey, paymentToken };
}

function jsonIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Said below, without the text: it may be half a secret.
  }
  throw new CanarySecretInvalid(
    'it is not JSON; it must be {"secret_key": "sk_…", "payment_token": "tok_…"}',
  );
}
