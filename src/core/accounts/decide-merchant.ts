import { type ApiKeyId, type Result, accept, assert, refuse } from '../kernel';
import type { CreateMerchant, IssueKey, NewApiKey, RevokeKey, RotateKey } from './commands';
import type { AccountErrorCode } from './errors';
import type { MerchantEvent } from './events';
import { type ApiKey, type ExistingMerchant, type Merchant, isUsable } from './merchant';

export type Decision = Result<readonly MerchantEvent[], AccountErrorCode>;

/** Keys of one merchant that are good at the same time, both sides together. Every request compares with few. */
export const maxUsableKeys = 20;

/** A merchant's name, in characters. */
export const maxMerchantNameLength = 200;

/** Long enough to redeploy everything that holds the old key. */
export const defaultRotationOverlapMs = 24 * 60 * 60 * 1000;
export const maxRotationOverlapMs = 7 * 24 * 60 * 60 * 1000;

export function createMerchant(
  merchant: Merchant,
  command: CreateMerchant,
  keys: readonly NewApiKey[],
): Decision {
  const { merchantId, name, createdAt } = command;
  assert(merchant.status === 'none', `${merchantId} is new`);
  assert(keys.length <= maxUsableKeys, 'a merchant begins within the limit of keys');
  return accept([
    { type: 'MerchantCreated', merchantId, name, createdAt },
    ...keys.map((key) => issued(key, createdAt)),
  ]);
}

export function issueKey(merchant: Merchant, command: IssueKey, key: NewApiKey): Decision {
  if (merchant.status === 'none') return merchantNotFound(command.merchantId);
  return withinLimit(merchant, [issued(key, command.createdAt)], command.createdAt);
}

/** @param mint makes the replacement, of the same kind and side as the key that it replaces */
export function rotateKey(
  merchant: Merchant,
  command: RotateKey,
  mint: (replaced: ApiKey) => NewApiKey,
): Decision {
  const { keyId, overlapMs, createdAt } = command;
  assert(overlapMs >= 0 && overlapMs <= maxRotationOverlapMs, 'the schema bounds the overlap');
  if (merchant.status === 'none') return merchantNotFound(command.merchantId);
  const key = keyOf(merchant, keyId);
  if (key === undefined) return keyNotFound(merchant, keyId);
  if (key.status !== 'active')
    return refuse('api_key_not_active', `${keyId} is ${key.status}; only an active key can be rotated.`);
  const replacement = mint(key);
  return withinLimit(
    merchant,
    [
      issued(replacement, createdAt),
      { type: 'ApiKeyRotated', keyId, replacedBy: replacement.keyId, expiresAt: createdAt + overlapMs },
    ],
    createdAt,
  );
}

/**
 * Any key may be revoked, the last one too: a leaked key must go at once. Revoking again changes nothing, and is written down
 * all the same: its answer is kept with that event for a retry, and the audit shows who asked.
 */
export function revokeKey(merchant: Merchant, command: RevokeKey): Decision {
  const { keyId, revokedAt } = command;
  if (merchant.status === 'none') return merchantNotFound(command.merchantId);
  const key = keyOf(merchant, keyId);
  if (key === undefined) return keyNotFound(merchant, keyId);
  return accept([{ type: 'ApiKeyRevoked', keyId, revokedAt }]);
}

/** A rotation without overlap adds no usable key, so it passes even at the limit. */
function withinLimit(merchant: ExistingMerchant, events: readonly MerchantEvent[], nowMs: number): Decision {
  const retired = new Set(
    events.flatMap((event) =>
      event.type === 'ApiKeyRotated' && event.expiresAt <= nowMs ? [event.keyId] : [],
    ),
  );
  const usable = merchant.keys.filter((key) => isUsable(key, nowMs) && !retired.has(key.keyId)).length;
  if (usable < maxUsableKeys) return accept(events);
  return refuse(
    'too_many_api_keys',
    `${merchant.merchantId} has ${String(usable)} usable keys; ${String(maxUsableKeys)} are allowed.`,
  );
}

const issued = (key: NewApiKey, createdAt: number): MerchantEvent => ({
  type: 'ApiKeyIssued',
  ...key,
  createdAt,
});

const keyOf = (merchant: ExistingMerchant, keyId: ApiKeyId): ApiKey | undefined =>
  merchant.keys.find((key) => key.keyId === keyId);

const merchantNotFound = (merchantId: string) =>
  refuse('merchant_not_found', `No merchant has the id ${merchantId}.`);

const keyNotFound = (merchant: ExistingMerchant, keyId: ApiKeyId) =>
  refuse('api_key_not_found', `${merchant.merchantId} has no key ${keyId}.`);
