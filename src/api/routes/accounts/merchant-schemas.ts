import { Type } from '@sinclair/typebox';
import {
  defaultRotationOverlapMs,
  maxMerchantNameLength,
  maxRotationOverlapMs,
} from '../../../core/accounts';
import { type ApiKeyId, parseId } from '../../../core/kernel';
import { Problem } from '../../errors/problem';
import { shownValue } from '../../errors/received-value';
import { apiKeyExample, merchantExample } from './merchant-resource';
import { oneOf } from '../../resources/schema-parts';
import { namedById } from '../payments/named-by-id';

export const MerchantBody = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: maxMerchantNameLength,
      pattern: String.raw`\S`,
      'x-expected': 'a name that is not blank',
    }),
  },
  { additionalProperties: false, examples: [{ name: merchantExample.name }] },
);

export const KeyBody = Type.Object(
  { kind: oneOf(['secret', 'publishable']), livemode: Type.Boolean() },
  { additionalProperties: false, examples: [{ kind: 'secret', livemode: false }] },
);

export const RotationBody = Type.Object(
  {
    overlap_seconds: Type.Integer({
      minimum: 0,
      maximum: maxRotationOverlapMs / 1_000,
      default: defaultRotationOverlapMs / 1_000,
      description: 'How long the old key stays good beside the new one.',
    }),
  },
  { additionalProperties: false, examples: [{ overlap_seconds: 3600 }] },
);

export const {
  Path: MerchantPath,
  idOf: merchantIdOf,
  notFound: merchantNotFound,
} = namedById('mer', { code: 'merchant_not_found', noun: 'merchant', example: merchantExample.id });

export const KeyPath = Type.Object({
  id: Type.String({ examples: [merchantExample.id] }),
  key: Type.String({ examples: [apiKeyExample.id] }),
});

/** @throws Problem api_key_not_found for what cannot be a key's id */
export function keyIdOf(id: string): ApiKeyId {
  const keyId = parseId('key', id);
  if (keyId === null)
    throw new Problem({ code: 'api_key_not_found', detail: `The merchant has no key ${shownValue(id)}.` });
  return keyId;
}
