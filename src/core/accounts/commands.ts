import type { ApiKeyId, MerchantId } from '../kernel';
import type { ApiKeyKind } from './principal';

/** Milliseconds since the epoch throughout. */
export interface CreateMerchant {
  readonly merchantId: MerchantId;
  readonly name: string;
  readonly createdAt: number;
}

export interface IssueKey {
  readonly merchantId: MerchantId;
  readonly kind: ApiKeyKind;
  readonly livemode: boolean;
  readonly createdAt: number;
}

export interface RotateKey {
  readonly merchantId: MerchantId;
  readonly keyId: ApiKeyId;
  /** How long the old key stays good beside the new one; 0 to `maxRotationOverlapMs`. */
  readonly overlapMs: number;
  readonly createdAt: number;
}

export interface RevokeKey {
  readonly merchantId: MerchantId;
  readonly keyId: ApiKeyId;
  readonly revokedAt: number;
}

/** A key as the merchant's stream keeps it: everything but its text. */
export interface NewApiKey {
  readonly keyId: ApiKeyId;
  readonly kind: ApiKeyKind;
  readonly livemode: boolean;
  readonly secretHash: string;
  readonly hint: string;
}
