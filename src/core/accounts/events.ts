import type { ApiKeyId, MerchantId } from '../kernel';
import type { ApiKeyKind } from './principal';

/** A company began to use this installation. The merchant begins here, without keys. */
export interface MerchantCreated {
  readonly type: 'MerchantCreated';
  readonly merchantId: MerchantId;
  readonly name: string;
  /** Milliseconds since the epoch, by the clock of the process that accepted it. */
  readonly createdAt: number;
}

/** A key was made and shown once. Only its hash is kept, so nobody can read it back. */
export interface ApiKeyIssued {
  readonly type: 'ApiKeyIssued';
  readonly keyId: ApiKeyId;
  readonly kind: ApiKeyKind;
  readonly livemode: boolean;
  /** SHA-256 of the key's whole text, lower-case hex. The text has 190 random bits: no salt is needed. */
  readonly secretHash: string;
  /** What a person recognises the key by: its prefix and its last four characters. */
  readonly hint: string;
  readonly createdAt: number;
}

/** Another key takes this one's place; until `expiresAt` both are good, so that nothing stops meanwhile. */
export interface ApiKeyRotated {
  readonly type: 'ApiKeyRotated';
  readonly keyId: ApiKeyId;
  readonly replacedBy: ApiKeyId;
  readonly expiresAt: number;
}

/** The key is refused from now on. */
export interface ApiKeyRevoked {
  readonly type: 'ApiKeyRevoked';
  readonly keyId: ApiKeyId;
  readonly revokedAt: number;
}

export type MerchantEvent = MerchantCreated | ApiKeyIssued | ApiKeyRotated | ApiKeyRevoked;
