import { type Clock, type MerchantId, tenantOf } from '../kernel';
import type { Journal } from '../ports';
import type { BoundedCache, CreateBoundedCache } from './bounded-cache';
import type { KeyMaterial } from './key-material';
import { type KeyText, hasValidChecksum, parseKeyText } from './key-text';
import { type ApiKey, isUsable } from './merchant';
import type { Authenticate, Principal } from './principal';
import { getMerchant } from './use-cases/get-merchant';

export interface AuthenticatorOptions {
  readonly journal: Journal;
  readonly keyMaterial: KeyMaterial;
  readonly clock: Clock;
  readonly createCache: CreateBoundedCache;
  /** SHA-256 of the operator's key, lower-case hex; null lets no operator in. */
  readonly operatorKeyHash: string | null;
  /** Merchants whose keys are remembered, and as many ids that belong to no merchant. @default 10000 */
  readonly cacheSize?: number;
  /** After this time a merchant's keys are read again: how long another process's revocation may take to hold. @default 1000 */
  readonly maxAgeMs?: number;
}

export interface Authenticator {
  /** @throws JournalUnavailable when the merchant's keys are not in memory and cannot be read */
  readonly authenticate: Authenticate;
  /** The merchant's keys may have changed: the next request reads them again. */
  forget(merchantId: MerchantId): void;
}

/** A merchant's keys as they were when the read began. */
interface KeyRing {
  readonly keys: readonly ApiKey[];
  /** Texts that were found to be one of the keys, so that a merchant's next request costs no hash. */
  readonly proven: Map<string, ApiKey>;
  readonly loadedAt: number;
}

export const defaultKeyCacheSize = 10_000;
export const defaultKeyMaxAgeMs = 1_000;

/** Longer than any credential of ours; what exceeds it is not worth a hash. */
const longestCredential = 256;

/**
 * Tells whose key it is. A key names its merchant, so its check is one read of the merchant's stream,
 * remembered for `maxAgeMs`; there is no projection that could be behind. Unknown merchants are remembered
 * apart, so that guessing neither reads the journal twice nor drives real merchants out of memory.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keyMaterial, clock, operatorKeyHash, maxAgeMs = defaultKeyMaxAgeMs } = options;
  const size = options.cacheSize ?? defaultKeyCacheSize;
  const merchants = options.createCache<MerchantId, KeyRing>(size);
  const strangers = options.createCache<MerchantId, KeyRing>(size);
  // One entry per merchant that requests wait for: never more than requests in flight.
  const loading = new Map<MerchantId, Promise<KeyRing>>();
  const find = getMerchant(options.journal);

  const fresh = (cache: BoundedCache<MerchantId, KeyRing>, merchantId: MerchantId): KeyRing | undefined => {
    const ring = cache.get(merchantId);
    if (ring === undefined) return undefined;
    const ageMs = clock() - ring.loadedAt;
    // A clock that was set back must not keep a revoked key alive.
    return ageMs >= 0 && ageMs < maxAgeMs ? ring : undefined;
  };

  function load(merchantId: MerchantId): Promise<KeyRing> {
    const known = loading.get(merchantId);
    if (known !== undefined) return known;
    const promise = read(merchantId).finally(() => {
      if (loading.get(merchantId) === promise) loading.delete(merchantId);
    });
    loading.set(merchantId, promise);
    return promise;

    async function read(id: MerchantId): Promise<KeyRing> {
      const loadedAt = clock();
      const merchant = await find(id);
      const keys = merchant?.keys.filter(({ status }) => status !== 'revoked') ?? [];
      const ring = { keys, proven: new Map<string, ApiKey>(), loadedAt };
      // Forgotten while it was read: it may be from before the change, so it serves only those who waited.
      if (loading.get(id) === promise) (merchant === null ? strangers : merchants).set(id, ring);
      return ring;
    }
  }

  function prove(ring: KeyRing, text: string): ApiKey | undefined {
    const hash = keyMaterial.sha256Hex(text);
    const key = ring.keys.find((candidate) => keyMaterial.equalHashes(candidate.secretHash, hash));
    if (key !== undefined) ring.proven.set(text, key);
    return key;
  }

  function match(ring: KeyRing, text: KeyText): Principal | null {
    const key = ring.proven.get(text.text) ?? prove(ring, text.text);
    if (key === undefined || !isUsable(key, clock())) return null;
    const { merchantId } = text;
    const { keyId, kind, livemode } = key;
    const tenant = tenantOf(merchantId, livemode);
    return { kind: 'merchant', merchantId, tenant, livemode, keyId, keyKind: kind };
  }

  function operator(credential: string): Principal | null {
    if (operatorKeyHash === null) return null;
    const isOperator = keyMaterial.equalHashes(keyMaterial.sha256Hex(credential), operatorKeyHash);
    return isOperator ? { kind: 'operator' } : null;
  }

  return {
    authenticate(credential) {
      if (credential.length > longestCredential) return null;
      const text = parseKeyText(credential);
      if (text === null) return operator(credential);
      const remembered = fresh(merchants, text.merchantId) ?? fresh(strangers, text.merchantId);
      if (remembered !== undefined) return match(remembered, text);
      if (!hasValidChecksum(keyMaterial, text)) return null;
      return load(text.merchantId).then((ring) => match(ring, text));
    },
    forget(merchantId) {
      merchants.delete(merchantId);
      strangers.delete(merchantId);
      loading.delete(merchantId);
    },
  };
}
