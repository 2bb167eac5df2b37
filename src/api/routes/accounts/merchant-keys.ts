import { answerOf, sendAnswer } from '../../plugins/idempotency';
import { ApiKeySchema, apiKeyExample } from './merchant-resource';
import type { Api, RouteContext } from '../api';
import { keyShown, newestKeyShown, operatorContext, sendKeys } from './key-answers';
import { KeyBody, KeyPath, MerchantPath, RotationBody, keyIdOf, merchantIdOf } from './merchant-schemas';
import { NoFields } from '../no-fields';
import { commandErrors } from '../payments/operation-errors';

const keyAnswer = { ...ApiKeySchema, description: 'The key.', examples: [apiKeyExample] };

/** A merchant's keys, for the operator. */
export function merchantKeyRoutes(app: Api, context: RouteContext): void {
  issueRoute(app, context);
  rotateRoute(app, context);
  revokeRoute(app, context);
}

function issueRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { merchants, clock } = dependencies;
  app.post(
    '/v1/merchants/:id/keys',
    {
      config: {
        access: 'operator',
        idempotent: true,
        errors: [...commandErrors, 'merchant_not_found', 'too_many_api_keys'],
      },
      schema: {
        operationId: 'issueKey',
        tags: ['Merchants'],
        summary: 'Issue a key',
        description: 'Gives the merchant one more key. Its text is in this answer only.',
        params: MerchantPath,
        body: KeyBody,
        response: { 201: keyAnswer },
      },
    },
    async (request, reply) => {
      const commandContext = operatorContext(request, 201, newestKeyShown);
      const { kind, livemode } = request.body;
      const command = { merchantId: merchantIdOf(request.params.id), kind, livemode, createdAt: clock() };
      const handled = await oncePerKey(commandContext.idempotency, () =>
        merchants.issueKey(command, commandContext),
      );
      return sendKeys(reply, handled, newestKeyShown);
    },
  );
}

function rotateRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { merchants, clock } = dependencies;
  app.post(
    '/v1/merchants/:id/keys/:key/rotate',
    {
      config: {
        access: 'operator',
        idempotent: true,
        errors: [
          ...commandErrors,
          'merchant_not_found',
          'api_key_not_found',
          'api_key_not_active',
          'too_many_api_keys',
        ],
      },
      schema: {
        operationId: 'rotateKey',
        tags: ['Merchants'],
        summary: 'Rotate a key',
        description:
          'Answers with a new key of the same kind and side. The old one stays good during the overlap.',
        params: KeyPath,
        body: RotationBody,
        response: { 201: keyAnswer },
      },
    },
    async (request, reply) => {
      const commandContext = operatorContext(request, 201, newestKeyShown);
      const command = {
        merchantId: merchantIdOf(request.params.id),
        keyId: keyIdOf(request.params.key),
        overlapMs: request.body.overlap_seconds * 1_000,
        createdAt: clock(),
      };
      const handled = await oncePerKey(commandContext.idempotency, () =>
        merchants.rotateKey(command, commandContext),
      );
      return sendKeys(reply, handled, newestKeyShown);
    },
  );
}

function revokeRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { merchants, clock } = dependencies;
  app.post(
    '/v1/merchants/:id/keys/:key/revoke',
    {
      config: {
        access: 'operator',
        idempotent: true,
        errors: [...commandErrors, 'merchant_not_found', 'api_key_not_found'],
      },
      schema: {
        operationId: 'revokeKey',
        tags: ['Merchants'],
        summary: 'Revoke a key',
        description:
          'Refuses the key from the next request on, in its overlap too. Revoking again changes nothing.',
        params: KeyPath,
        body: NoFields,
        response: { 200: keyAnswer },
      },
    },
    async (request, reply) => {
      const keyId = keyIdOf(request.params.key);
      const commandContext = operatorContext(request, 200, keyShown(keyId));
      const command = { merchantId: merchantIdOf(request.params.id), keyId, revokedAt: clock() };
      const handled = await oncePerKey(commandContext.idempotency, () =>
        merchants.revokeKey(command, commandContext),
      );
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}
