import { type Ids, newId } from '../kernel';
import type { NewApiKey } from './commands';
import type { KeyMaterial } from './key-material';
import { type KeyText, checksumOf, hintOf, newKeyText, randomText } from './key-text';

/** A new key: what is kept of it, and its text, which is shown to its owner once and kept nowhere. */
export interface MintedKey {
  readonly key: NewApiKey;
  readonly text: string;
}

export type MintKey = (terms: Omit<KeyText, 'text'>) => MintedKey;

export const createKeyMint =
  (dependencies: { readonly ids: Ids; readonly keyMaterial: KeyMaterial }): MintKey =>
  (terms) => {
    const { ids, keyMaterial } = dependencies;
    const text = newKeyText(keyMaterial, terms);
    const { kind, livemode } = terms;
    const keyId = newId('key', ids);
    return {
      key: { keyId, kind, livemode, secretHash: keyMaterial.sha256Hex(text), hint: hintOf(text) },
      text,
    };
  };

/** The operator's own credential, `ok_…`, with the hash that the authenticator is given. */
export function mintOperatorKey(keyMaterial: KeyMaterial): { readonly text: string; readonly hash: string } {
  const body = `ok_${randomText(keyMaterial, 32)}`;
  const text = `${body}${checksumOf(keyMaterial, body)}`;
  return { text, hash: keyMaterial.sha256Hex(text) };
}
