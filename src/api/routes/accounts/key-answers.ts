import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExistingMerchant, type KeysIssued, type Merchant, actorOf } from '../../../core/accounts';
import { type ApiKeyId, assert, operatorTenant } from '../../../core/kernel';
import type { Answer } from '../../../core/ports';
import { answerOf, idempotencyOf, metadataOf, sendAnswer } from '../../plugins/idempotency';
import { jsonSerializer } from '../../resources/json-serializer';
import { ApiKeySchema, MerchantSchema, apiKeyObject, merchantObject, textsOf } from './merchant-resource';

type Show = (merchant: ExistingMerchant, texts?: ReadonlyMap<ApiKeyId, string>) => string;

const serializeMerchant = jsonSerializer(MerchantSchema);
const serializeKey = jsonSerializer(ApiKeySchema);

/** A merchant with its keys, by the schema of its answer. */
export const merchantShown: Show = (merchant, texts) => serializeMerchant(merchantObject(merchant, texts));

/** The key that was issued last. */
export const newestKeyShown: Show = (merchant, texts) => {
  const key = merchant.keys.at(-1);
  assert(key !== undefined, 'a key was issued');
  return serializeKey(apiKeyObject(key, texts));
};

export const keyShown =
  (keyId: ApiKeyId): Show =>
  (merchant, texts) => {
    const key = merchant.keys.find((known) => known.keyId === keyId);
    assert(key !== undefined, 'the merchant has the key');
    return serializeKey(apiKeyObject(key, texts));
  };

/** The operator's command: who asks, how a retry is recognised, and the answer that is kept, without any key's text. */
export function operatorContext(request: FastifyRequest, status: 200 | 201, show: Show) {
  const { principal } = request;
  assert(principal?.kind === 'operator', 'an operator route is reached by the operator only');
  const idempotency = idempotencyOf(request, operatorTenant);
  const answer = (merchant: Merchant): Answer => ({ status, body: show(existing(merchant)) });
  return {
    metadata: metadataOf(request, actorOf(principal), idempotency),
    idempotency: { ...idempotency, answer },
  };
}

/** Sends the kept answer, or, where keys were just made, the same with their texts: once, and never again. */
export function sendKeys(reply: FastifyReply, handled: KeysIssued, show: Show): FastifyReply {
  const answer = answerOf(handled, reply);
  if (handled.kind !== 'done') return sendAnswer(reply, answer);
  const body = show(existing(handled.state), textsOf(handled.keys));
  return sendAnswer(reply, { status: answer.status, body });
}

function existing(merchant: Merchant): ExistingMerchant {
  assert(merchant.status !== 'none', 'an accepted command leaves a merchant behind');
  return merchant;
}
