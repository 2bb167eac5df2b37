import { type Static, Type } from '@sinclair/typebox';
import { type ApiKey, type ExistingMerchant, type IssuedKey, replacementOf } from '../../../core/accounts';
import { type ApiKeyId, toTimestamp } from '../../../core/kernel';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';

const keyExampleId = 'key_06f4q8wj1t5k0m7p3r9s8x6y2z';

export const ApiKeySchema = Type.Object({
  id: Type.String(),
  object: oneOf(['api_key']),
  created: Timestamp,
  kind: oneOf(['secret', 'publishable']),
  livemode: Type.Boolean(),
  status: oneOf(['active', 'rotated', 'revoked'], {
    description: 'A rotated key is good until expires_at, beside the one that replaced it.',
  }),
  hint: Type.String({ description: 'Enough of the key to recognise it.' }),
  replaced_by: nullable(
    Type.String({ description: 'The key that took its place, also after this one was revoked.' }),
  ),
  expires_at: nullable(Timestamp),
  secret: nullable(
    Type.String({
      description:
        'The key itself, once: in the answer to the request that made it. It is stored nowhere, so a replay of that request shows null; anyone who lost it revokes the key and issues another.',
    }),
  ),
});
export type ApiKeyObject = Static<typeof ApiKeySchema>;

export const apiKeyExample: ApiKeyObject = {
  id: keyExampleId,
  object: 'api_key',
  created: '2026-11-21T09:00:00.000Z',
  kind: 'secret',
  livemode: false,
  status: 'active',
  hint: 'sk_test_…f3Qz',
  replaced_by: null,
  expires_at: null,
  secret: null,
};

export const MerchantSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['merchant']),
    created: Timestamp,
    name: Type.String(),
    keys: Type.Array(ApiKeySchema, { description: 'Every key ever issued, oldest first.' }),
  },
  { $id: 'Merchant', description: 'A merchant and its keys.' },
);
export type MerchantObject = Static<typeof MerchantSchema>;

export const merchantExample: MerchantObject = {
  id: 'mer_06f4q8wj1t5k0m7p3r9s8x6y2z',
  object: 'merchant',
  created: '2026-11-21T09:00:00.000Z',
  name: 'Corner Shop',
  keys: [apiKeyExample],
};

export const MerchantAnswer = {
  ...ref(MerchantSchema),
  description: 'The merchant.',
  examples: [merchantExample],
};

const noTexts: ReadonlyMap<ApiKeyId, string> = new Map();

export const textsOf = (keys: readonly IssuedKey[]): ReadonlyMap<ApiKeyId, string> =>
  new Map(keys.map(({ keyId, text }) => [keyId, text]));

export const merchantObject = (merchant: ExistingMerchant, texts = noTexts): MerchantObject => ({
  id: merchant.merchantId,
  object: 'merchant',
  created: toTimestamp(merchant.createdAt),
  name: merchant.name,
  keys: merchant.keys.map((key) => apiKeyObject(key, texts)),
});

export const apiKeyObject = (key: ApiKey, texts = noTexts): ApiKeyObject => ({
  id: key.keyId,
  object: 'api_key',
  created: toTimestamp(key.createdAt),
  kind: key.kind,
  livemode: key.livemode,
  status: key.status,
  hint: key.hint,
  replaced_by: replacementOf(key),
  expires_at: key.status === 'rotated' ? toTimestamp(key.expiresAt) : null,
  secret: texts.get(key.keyId) ?? null,
});
