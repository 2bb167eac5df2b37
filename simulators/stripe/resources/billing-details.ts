import type { Parameters } from '../wire/parameters';

export interface PostalAddress {
  readonly city: string | null;
  readonly country: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postal_code: string | null;
  readonly state: string | null;
}

export interface BillingDetails {
  readonly address: PostalAddress;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly tax_id: string | null;
}

export interface Shipping {
  readonly address: PostalAddress;
  readonly carrier: string | null;
  readonly name: string;
  readonly phone: string | null;
  readonly tracking_number: string | null;
}

export const noAddress: PostalAddress = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

export const noBillingDetails: BillingDetails = {
  address: noAddress,
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

const addressNames: ReadonlySet<string> = new Set(Object.keys(noAddress));
const billingNames: ReadonlySet<string> = new Set(Object.keys(noBillingDetails));
const shippingNames: ReadonlySet<string> = new Set([
  'address',
  'carrier',
  'name',
  'phone',
  'tracking_number',
]);

export function readAddress(
  parameters: Parameters | undefined,
  stored: PostalAddress = noAddress,
): PostalAddress {
  if (parameters === undefined) return stored;
  parameters.allowOnly(addressNames);
  const part = (name: keyof PostalAddress): string | null => {
    const sent = parameters.optionalText(name);
    return sent === undefined ? stored[name] : sent;
  };
  return {
    city: part('city'),
    country: part('country'),
    line1: part('line1'),
    line2: part('line2'),
    postal_code: part('postal_code'),
    state: part('state'),
  };
}

export function readBillingDetails(
  parameters: Parameters | undefined,
  stored: BillingDetails | null = null,
): BillingDetails | null {
  if (parameters === undefined) return stored;
  parameters.allowOnly(billingNames);
  const before = stored ?? noBillingDetails;
  const email = parameters.optionalEmail('email');
  const part = (name: 'name' | 'phone' | 'tax_id'): string | null => {
    const sent = parameters.optionalText(name);
    return sent === undefined ? before[name] : sent;
  };
  return {
    address: readAddress(parameters.group('address'), before.address),
    email: email === undefined ? before.email : email,
    name: part('name'),
    phone: part('phone'),
    tax_id: part('tax_id'),
  };
}

export function readShipping(parameters: Parameters | undefined): Shipping | undefined {
  if (parameters === undefined) return undefined;
  parameters.allowOnly(shippingNames);
  return {
    address: readAddress(parameters.group('address')),
    carrier: parameters.text('carrier') ?? null,
    name: parameters.requiredText('name'),
    phone: parameters.text('phone') ?? null,
    tracking_number: parameters.text('tracking_number') ?? null,
  };
}
