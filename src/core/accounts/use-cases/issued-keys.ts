import type { ApiKeyId } from '../../kernel';
import type { MintedKey } from '../mint-key';
import type { MerchantHandled } from './merchant-stream';

/** A new key and its text. Never stored, never logged: anyone who asked sees it in this answer only. */
export interface IssuedKey {
  readonly keyId: ApiKeyId;
  readonly text: string;
}

type Done = Extract<MerchantHandled, { kind: 'done' }>;

/**
 * What became of a command that issues keys. A replay has no texts, since they are kept nowhere: who lost
 * the answer revokes the key and issues another.
 */
export type KeysIssued = (Done & { readonly keys: readonly IssuedKey[] }) | Exclude<MerchantHandled, Done>;

export const withTexts = (handled: MerchantHandled, minted: readonly MintedKey[]): KeysIssued =>
  handled.kind === 'done'
    ? { ...handled, keys: minted.map(({ key, text }) => ({ keyId: key.keyId, text })) }
    : handled;
