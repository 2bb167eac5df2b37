/** An IPv4 network, as the range of its addresses. */
export interface NetworkBlock {
  readonly text: string;
  readonly first: number;
  readonly last: number;
  readonly prefixBits: number;
}

const ADDRESS_BITS = 32;
const OCTET_VALUES = 256;

/** Reads `10.20.0.0/16`. Null when it is no network, also when bits beyond the prefix are set (`10.20.0.1/16`). */
export function parseNetworkBlock(text: string): NetworkBlock | null {
  const matched = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (matched === null) return null;
  const [, ...numbers] = matched.map(Number);
  const octets = numbers.slice(0, 4);
  const prefixBits = numbers[4] ?? ADDRESS_BITS + 1;
  if (octets.some((octet) => octet >= OCTET_VALUES) || prefixBits > ADDRESS_BITS) return null;
  const first = octets.reduce((address, octet) => address * OCTET_VALUES + octet, 0);
  const size = 2 ** (ADDRESS_BITS - prefixBits);
  return first % size === 0 ? { text, first, last: first + size - 1, prefixBits } : null;
}

export function overlaps(one: NetworkBlock, other: NetworkBlock): boolean {
  return one.first <= other.last && other.first <= one.last;
}
