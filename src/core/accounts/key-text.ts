import { type MerchantId, assert, parseId } from '../kernel';
import type { KeyMaterial } from './key-material';
import type { ApiKeyKind } from './principal';

/**
 * The text of a key: `sk_test_` (or `pk_`, or `live_`), the 26 characters of the merchant's id, 32 random
 * characters of base 62 (190.5 bits), and a checksum of 6.
 *
 * The id says whose key it is, so authentication reads that merchant's stream and no index of keys. The
 * checksum tells a secret scanner a key from a look-alike, and a mistyped key fails before any look-up.
 */
export interface KeyText {
  readonly kind: ApiKeyKind;
  readonly livemode: boolean;
  readonly merchantId: MerchantId;
  readonly text: string;
}

const prefixes = [
  { prefix: 'sk_test_', kind: 'secret', livemode: false },
  { prefix: 'pk_test_', kind: 'publishable', livemode: false },
  { prefix: 'sk_live_', kind: 'secret', livemode: true },
  { prefix: 'pk_live_', kind: 'publishable', livemode: true },
] as const;

const prefixLength = 8;
const merchantLength = 26;
const randomLength = 32;
const checksumLength = 6;
const keyLength = prefixLength + merchantLength + randomLength + checksumLength;

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^[sp]k_(?:test|live)_[0-9A-Za-z]{64}$/;

export function newKeyText(material: KeyMaterial, terms: Omit<KeyText, 'text'>): string {
  const row = prefixes.find(({ kind, livemode }) => kind === terms.kind && livemode === terms.livemode);
  assert(row !== undefined, 'every kind and side has a prefix');
  const body = `${row.prefix}${terms.merchantId.slice('mer_'.length)}${randomText(material, randomLength)}`;
  return `${body}${checksumOf(material, body)}`;
}

/**
 * The parts of a text that has the shape of a key; null for anything else. Only the shape is checked:
 * {@link hasValidChecksum} costs a hash and comes before a look-up, not before a comparison in memory.
 */
export function parseKeyText(text: string): KeyText | null {
  if (text.length !== keyLength || !shape.test(text)) return null;
  const row = prefixes.find(({ prefix }) => text.startsWith(prefix));
  const merchantId = parseId('mer', `mer_${text.slice(prefixLength, prefixLength + merchantLength)}`);
  if (row === undefined || merchantId === null) return null;
  return { kind: row.kind, livemode: row.livemode, merchantId, text };
}

export function hasValidChecksum(material: KeyMaterial, key: KeyText): boolean {
  const body = key.text.slice(0, -checksumLength);
  return checksumOf(material, body) === key.text.slice(-checksumLength);
}

/** `sk_test_…w8Xz`: enough to recognise a key, far too little to use it. */
export const hintOf = (text: string): string => `${text.slice(0, prefixLength)}…${text.slice(-4)}`;

/** Evenly distributed characters of base 62: bytes beyond the last whole multiple of 62 are thrown away. */
export function randomText(material: KeyMaterial, length: number): string {
  const fair = 256 - (256 % base62.length);
  let text = '';
  for (let round = 0; round < maxRounds && text.length < length; round += 1) {
    for (const byte of material.randomBytes(length))
      if (byte < fair && text.length < length) text += base62.charAt(byte % base62.length);
  }
  assert(text.length === length, 'a random source that gives only 248 and above is broken');
  return text;
}

/** A round keeps 97% of its bytes, so two are the rule; 16 without enough would mean a broken source. */
const maxRounds = 16;

/** 32 bits of a hash in 6 characters; the label keeps it apart from the hash that is stored. */
export function checksumOf(material: KeyMaterial, body: string): string {
  let rest = parseInt(material.sha256Hex(`fincore key checksum ${body}`).slice(0, 8), 16);
  let text = '';
  for (let n = 0; n < checksumLength; n += 1) {
    text = base62.charAt(rest % base62.length) + text;
    rest = Math.floor(rest / base62.length);
  }
  return text;
}
