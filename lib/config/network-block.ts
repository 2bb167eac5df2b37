/** An IPv4 network, as the range of its addresses. */
export interface NetworkBlock {
  readonly text: string;
  readonly first: number;
  readonly last: number;
  readonly prefixBits: number;
}

const addressBits = 32;
const octetValues = 256;

/** Reads `10.20.0.0/16`. Null when it is no network, also when bits beyond the prefix are set (`10.20.0.1/16`). */
export function parseNetworkBlock(text: string): NetworkBlock | null {
  const matched = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (matched === null) return null;
  const [, ...numbers] = matched.map(Number);
  const octets = numbers.slice(0, 4);
  const prefixBits = numbers[4] ?? addressBits + 1;
  if (octets.some((octet) => octet >= octetValues) || prefixBits > addressBits) return null;
  const first = octets.reduce((address, octet) => address * octetValues + octet, 0);
  const size = 2 ** (addressBits - prefixBits);
  return first % size === 0 ? { text, first, last: first + size - 1, prefixBits } : null;
}

export function overlaps(one: NetworkBlock, other: NetworkBlock): boolean {
  return one.first <= other.last && other.first <= one.last;
}
