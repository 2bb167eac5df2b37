import type { ApiKeyId, MerchantId, TenantId } from '../kernel';

/** What a key may do: `secret` everything of its merchant, `publishable` tokens and sessions only. */
export type ApiKeyKind = 'secret' | 'publishable';

/** Who is behind a request, once its credential has been checked. */
export type Principal =
  | {
      readonly kind: 'merchant';
      readonly merchantId: MerchantId;
      readonly tenant: TenantId;
      readonly livemode: boolean;
      readonly keyId: ApiKeyId;
      readonly keyKind: ApiKeyKind;
    }
  | { readonly kind: 'operator' };

/**
 * The principal of a bearer credential, or null: unknown, revoked and expired look alike. Told at once where nothing has
 * to be read.
 */
export type Authenticate = (credential: string) => Principal | null | Promise<Principal | null>;

export const actorOf = (principal: Principal): string =>
  principal.kind === 'operator' ? 'operator' : principal.keyId;
