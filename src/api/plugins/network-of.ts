import { isIPv6 } from 'node:net';

const groupCount = 8;
/** @source RFC 4291, 2.5.4 and RFC 6177: an end site has at least a /64, and with it as many addresses as it likes. */
const networkGroupCount = 4;
const mappedPrefix = '0:0:0:0:0:ffff';

/** Returns what bounds per client address count: the address of IPv4, the first 64 bits of IPv6. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const groups = groupsOf(ip);
  const isMapped = groups.slice(0, -2).join(':') === mappedPrefix;
  return isMapped ? dotted(groups.slice(-2)) : `${groups.slice(0, networkGroupCount).join(':')}::/64`;
}

function groupsOf(ip: string): readonly string[] {
  const [address = ''] = ip.split('%');
  const [before = [], after] = address.split('::').map(written);
  if (after === undefined) return before;
  const zeros = Array.from({ length: groupCount - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

const written = (part: string): readonly string[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => (group.includes('.') ? undotted(group) : [plain(group)]));

const plain = (group: string): string => Number.parseInt(group, 16).toString(16);

function undotted(quad: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = quad.split('.').map(Number);
  return [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
}

const dotted = (groups: readonly string[]): string =>
  groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
