import type { NewApiKey } from '../../../src/core/accounts';
import type { MerchantEvent } from '../../../src/core/accounts';
import type { ApiKeyId, MerchantId } from '../../../src/core/kernel';

/** Events of one merchant, short enough to tell a story in a test. */
export const merchantId = 'mer_00000000000000000000000001' as MerchantId;
export const keyId = (n: number) => `key_${String(n).padStart(26, '0')}` as ApiKeyId;

export const newKey = (n: number, change: Partial<NewApiKey> = {}): NewApiKey => ({
  keyId: keyId(n),
  kind: 'secret',
  livemode: false,
  secretHash: n.toString(16).padStart(64, '0'),
  hint: 'sk_test_…abcd',
  ...change,
});
export const created: MerchantEvent = { type: 'MerchantCreated', merchantId, name: 'Acme', createdAt: 1_000 };
export const issued = (n: number, change: Partial<NewApiKey> = {}): MerchantEvent => ({
  type: 'ApiKeyIssued',
  ...newKey(n, change),
  createdAt: 1_000,
});
export const rotated = (n: number, replacedBy: number, expiresAt: number): MerchantEvent => ({
  type: 'ApiKeyRotated',
  keyId: keyId(n),
  replacedBy: keyId(replacedBy),
  expiresAt,
});
export const revoked = (n: number): MerchantEvent => ({
  type: 'ApiKeyRevoked',
  keyId: keyId(n),
  revokedAt: 2_000,
});
