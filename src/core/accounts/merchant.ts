import { type ApiKeyId, type Decider, type MerchantId, assert } from '../kernel';
import type { ApiKeyIssued, MerchantEvent } from './events';
import type { ApiKeyKind } from './principal';

/** What was fixed when the key was issued. The key's text is not among it. */
interface IssuedApiKey {
  readonly keyId: ApiKeyId;
  readonly kind: ApiKeyKind;
  readonly livemode: boolean;
  readonly secretHash: string;
  readonly hint: string;
  readonly createdAt: number;
}

export type ApiKey =
  | (IssuedApiKey & { readonly status: 'active' })
  /** Good until `expiresAt` (milliseconds since the epoch), beside the key that takes its place. */
  | (IssuedApiKey & {
      readonly status: 'rotated';
      readonly replacedBy: ApiKeyId;
      readonly expiresAt: number;
    })
  | (IssuedApiKey & {
      readonly status: 'revoked';
      /** The key that took its place, where it was rotated before. */
      readonly replacedBy: ApiKeyId | null;
      readonly revokedAt: number;
    });

export type Merchant =
  | { readonly status: 'none' }
  | {
      readonly status: 'active';
      readonly merchantId: MerchantId;
      readonly name: string;
      readonly createdAt: number;
      /** Every key that was ever issued, oldest first. */
      readonly keys: readonly ApiKey[];
    };

export type ExistingMerchant = Exclude<Merchant, { status: 'none' }>;

/** Whether a request with this key is let in at that time. */
export const isUsable = (key: ApiKey, nowMs: number): boolean =>
  key.status === 'active' || (key.status === 'rotated' && nowMs < key.expiresAt);

export const merchantDecider: Decider<Merchant, MerchantEvent> = { initial: { status: 'none' }, evolve };

function evolve(merchant: Merchant, event: MerchantEvent): Merchant {
  if (event.type === 'MerchantCreated') {
    assert(merchant.status === 'none', `${event.merchantId} is created once`);
    const { merchantId, name, createdAt } = event;
    return { status: 'active', merchantId, name, createdAt, keys: [] };
  }
  assert(merchant.status !== 'none', `${event.type} follows MerchantCreated`);
  switch (event.type) {
    case 'ApiKeyIssued':
      return { ...merchant, keys: [...merchant.keys, issued(event)] };
    case 'ApiKeyRotated': {
      const { replacedBy, expiresAt } = event;
      return withKey(merchant, event.keyId, (key) => ({
        ...terms(key),
        status: 'rotated',
        replacedBy,
        expiresAt,
      }));
    }
    case 'ApiKeyRevoked': {
      const { revokedAt } = event;
      return withKey(merchant, event.keyId, (key) =>
        key.status === 'revoked'
          ? key
          : { ...terms(key), status: 'revoked', replacedBy: replacementOf(key), revokedAt },
      );
    }
  }
}

const issued = ({ type: _, ...key }: ApiKeyIssued): ApiKey => ({ ...key, status: 'active' });

/** The key that took this one's place; null where none did. */
export const replacementOf = (key: ApiKey): ApiKeyId | null =>
  key.status === 'active' ? null : key.replacedBy;

const terms = ({ keyId, kind, livemode, secretHash, hint, createdAt }: ApiKey): IssuedApiKey => ({
  keyId,
  kind,
  livemode,
  secretHash,
  hint,
  createdAt,
});

const withKey = (
  merchant: ExistingMerchant,
  keyId: ApiKeyId,
  change: (key: ApiKey) => ApiKey,
): ExistingMerchant => ({
  ...merchant,
  keys: merchant.keys.map((key) => (key.keyId === keyId ? change(key) : key)),
});
