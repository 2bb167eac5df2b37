import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretVersions } from '../../core/ports';
import type { WebhookSecrets } from '../../core/webhooks';
import { secretPrefix } from './sign';

/** What secrets are sealed with, as of now; sealed with the one before, they still open. */
export type SealingKeys = () => Promise<Pick<SecretVersions, 'current' | 'previous'>>;

/** @source Standard Webhooks 1.0: 24 to 64 bytes */
const secretBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1.';

/** Signing secrets, sealed by AES-256-GCM. The place is authenticated with them: a sealed secret opens in its own only. */
export const createSealedSecrets = (keys: SealingKeys): WebhookSecrets => ({
  create: () => `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`,
  async seal(secret, place) {
    const { current } = await keys();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', keyOf(current.value), nonce).setAAD(Buffer.from(place));
    const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final()];
    return `${version}${Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64')}`;
  },
  async open(sealed, place) {
    const { current, previous } = await keys();
    const known = previous === null ? [current] : [current, previous];
    for (const { value } of known) {
      const secret = opened(sealed, place, value);
      if (secret !== null) return secret;
    }
    throw new Error(`the secret of ${place} was sealed with another key than this installation has`);
  },
});

function opened(sealed: string, place: string, key: string): string | null {
  const bytes = Buffer.from(sealed.slice(version.length), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(key), bytes.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** The key's text may be of any form; what seals is 256 bits of it. */
const keyOf = (text: string): Buffer =>
  Buffer.from(hkdfSync('sha256', text, '', 'fincore webhook secrets', 32));
