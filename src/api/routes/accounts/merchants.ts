import { Type } from '@sinclair/typebox';
import { newId } from '../../../core/kernel';
import { MerchantAnswer, MerchantSchema, merchantExample, merchantObject } from './merchant-resource';
import { listObject, listOf, pageOf, pageQuery } from '../../resources/page';
import type { Api, RouteContext } from '../api';
import { merchantShown, operatorContext, sendKeys } from './key-answers';
import { MerchantBody, MerchantPath, merchantIdOf, merchantNotFound } from './merchant-schemas';
import { commandErrors } from '../payments/operation-errors';

const url = '/v1/merchants';

/** Merchants, for the operator. */
export function merchantRoutes(app: Api, context: RouteContext): void {
  createRoute(app, context);
  getRoute(app, context);
  listRoute(app, context);
}

function createRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { merchants, ids, clock } = dependencies;
  app.post(
    url,
    {
      config: { access: 'operator', idempotent: true, errors: commandErrors },
      schema: {
        operationId: 'createMerchant',
        tags: ['Merchants'],
        summary: 'Create a merchant',
        description:
          "Makes a merchant with a secret and a publishable key for its test and its live side. The keys' texts are in this answer only: a replay shows null in their place.",
        body: MerchantBody,
        response: { 201: MerchantAnswer },
      },
    },
    async (request, reply) => {
      const commandContext = operatorContext(request, 201, merchantShown);
      const command = { merchantId: newId('mer', ids), name: request.body.name.trim(), createdAt: clock() };
      const handled = await oncePerKey(commandContext.idempotency, () =>
        merchants.createMerchant(command, commandContext),
      );
      return sendKeys(reply, handled, merchantShown);
    },
  );
}

function getRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    `${url}/:id`,
    {
      config: { access: 'operator', errors: ['merchant_not_found'] },
      schema: {
        operationId: 'getMerchant',
        tags: ['Merchants'],
        summary: 'Fetch a merchant',
        description: 'The merchant and every key that it ever had, without their texts.',
        params: MerchantPath,
        response: { 200: MerchantAnswer },
      },
    },
    async (request) => {
      const merchant = await dependencies.merchants.getMerchant(merchantIdOf(request.params.id));
      if (merchant === null) throw merchantNotFound(request.params.id);
      return merchantObject(merchant);
    },
  );
}

function listRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    url,
    {
      config: { access: 'operator', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listMerchants',
        tags: ['Merchants'],
        summary: 'List merchants',
        description: 'Newest first.',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: listOf(MerchantSchema, url, merchantExample) },
      },
    },
    async (request) => {
      const page = await dependencies.merchants.listMerchants(pageOf('mer', request.query));
      return listObject(
        url,
        page.hasMore,
        page.rows.map((merchant) => merchantObject(merchant)),
      );
    },
  );
}
