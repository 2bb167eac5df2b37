import { holdsCardNumber } from './card-number';

/**
 * Ids are a type prefix and a UUIDv7 in Crockford's base 32: sortable by creation, safe in URLs,
 * readable aloud. Branded, so that a refund's id never passes for a charge's.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ChargeId = Branded<'ChargeId'>;
export type RefundId = Branded<'RefundId'>;
export type CaptureId = Branded<'CaptureId'>;
export type MerchantId = Branded<'MerchantId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;
export type RuleSetId = Branded<'RuleSetId'>;
export type WebhookEndpointId = Branded<'WebhookEndpointId'>;
export type WebhookDeliveryId = Branded<'WebhookDeliveryId'>;
/** One side (test or live) of one merchant: the unit that never sees another's data. */
export type TenantId = Branded<'TenantId'>;

/** By prefix. A context adds its own: `declare module '../kernel/ids' { interface IdTypes { readonly tip: TipId } }`. */
export interface IdTypes {
  readonly ch: ChargeId;
  readonly re: RefundId;
  readonly cap: CaptureId;
  readonly mer: MerchantId;
  readonly key: ApiKeyId;
  readonly rs: RuleSetId;
  readonly whe: WebhookEndpointId;
  readonly whd: WebhookDeliveryId;
}
export type IdPrefix = keyof IdTypes;

/** The source of new ids; each call gives 26 characters of base 32 that sort after the ones before. */
export type Ids = () => string;

const body = /^[0-9a-hjkmnp-tv-z]{26}$/;

export const newId = <Prefix extends IdPrefix>(prefix: Prefix, ids: Ids): IdTypes[Prefix] =>
  `${prefix}_${ids()}` as IdTypes[Prefix];

/** The id if `text` has this prefix and shape, otherwise null: an unknown id and a misshapen one look alike. */
export function parseId<Prefix extends IdPrefix>(prefix: Prefix, text: string): IdTypes[Prefix] | null {
  if (!text.startsWith(`${prefix}_`) || !body.test(text.slice(prefix.length + 1))) return null;
  return text as IdTypes[Prefix];
}

/** An id that another system made and that may be a part of a stream's name, of a key or of a file's name. */
export type ForeignId = Branded<'ForeignId'>;

/** The longest is what Stripe allows its own ids. @source https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backward-compatible */
const foreign = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,254}$/;

/** The one gate for such ids; null for any other text, and for one that holds a card number. */
export const parseForeignId = (text: string): ForeignId | null =>
  foreign.test(text) && !holdsCardNumber(text) ? (text as ForeignId) : null;

/** The operator's own records (merchants and their keys) belong to this tenant. */
export const operatorTenant = 'operator' as TenantId;

export const tenantOf = (merchantId: MerchantId, livemode: boolean): TenantId =>
  `${merchantId}_${livemode ? 'live' : 'test'}` as TenantId;

export const isLive = (tenant: TenantId): boolean => tenant.endsWith('_live');

/** Whose side a tenant is: `mer_…`; the operator's own tenant is as it is. */
export const ownerOf = (tenant: TenantId): string => tenant.replace(/_(?:live|test)$/, '');

/** Reads back a tenant that this program wrote (a job, a PSP's metadata); null for anything else. */
export function parseTenant(text: string): TenantId | null {
  const cut = text.lastIndexOf('_');
  const side = text.slice(cut + 1);
  if (side !== 'live' && side !== 'test') return null;
  return parseId('mer', text.slice(0, cut)) === null ? null : (text as TenantId);
}
