import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { RefuseUrl } from '../../core/webhooks';

/** Names that mean this machine or network wherever they are looked up. @source RFC 6761, RFC 6762, RFC 8375 */
const localNames = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/;

/**
 * Whether an address is on the public internet. An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo)
 * is none: it would reach what the IPv4 address names, or is no receiver's.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

/** Everything else of IPv6 is reserved, addresses that carry an IPv4 one without a prefix among it. @source RFC 4291, section 2.4 */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** The host of a URL as an address; null for a name. The URL parser has brought every notation of an address to one. */
export function literalAddress({ hostname }: URL): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : host;
}

/** @param arePrivateAllowed lets test endpoints be on this machine or network */
export const createTargetRules =
  ({ arePrivateAllowed }: { readonly arePrivateAllowed: boolean }): RefuseUrl =>
  (text, livemode) => {
    if (!URL.canParse(text)) return 'cannot be read';
    const url = new URL(text);
    const mayBePrivate = arePrivateAllowed && !livemode;
    if (url.protocol !== 'https:' && (livemode || url.protocol !== 'http:'))
      return livemode ? 'must begin with https://' : 'must begin with https:// or http://';
    if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
    if (url.hash !== '') return 'must not hold a fragment';
    if (mayBePrivate) return null;
    const address = literalAddress(url);
    if (address === null)
      return localNames.test(url.hostname) ? 'names this machine or a private network' : null;
    return isPublicAddress(address) ? null : 'names a private, local or reserved address';
  };
