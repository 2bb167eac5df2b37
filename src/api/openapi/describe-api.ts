import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { apiContexts } from '../contexts';
import { errorCodes } from '../errors/catalogue';
import { problemBody } from '../errors/problem';
import { ProblemSchema } from '../resources/problem';
import { apiVersion } from '../version';
import { described } from './describe-operation';
import { finished } from './finish-document';

/** Builds the OpenAPI document from the routes as they are registered. */
export async function describeApi(app: FastifyInstance, publicBaseUrl: string): Promise<void> {
  for (const schema of [ProblemSchema, ...apiContexts.flatMap(({ schemas }) => schemas)])
    app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'FinCore',
        version: apiVersion,
        description:
          'Payments on your own machine. Amounts are integers in minor units; every POST that creates or moves something needs an Idempotency-Key; errors are problems (RFC 9457).',
      },
      servers: [{ url: publicBaseUrl }],
      tags: [
        ...apiContexts.flatMap(({ tags }) => tags),
        { name: 'Operations', description: 'Health, metrics and this document.' },
      ],
      components: {
        examples: problemExamples(publicBaseUrl),
        securitySchemes: {
          secretKey: { type: 'http', scheme: 'bearer', description: "A merchant's secret key, sk_…" },
          operatorKey: { type: 'http', scheme: 'bearer', description: "The operator's credential." },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `Schema${String(index)}`,
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
    transformObject: (document) => ('openapiObject' in document ? finished(document.openapiObject) : {}),
  });
}

const problemExamples = (baseUrl: string) =>
  Object.fromEntries(
    errorCodes.map((code) => [
      code,
      {
        value: problemBody({ code }, { baseUrl, path: '/v1/…', requestId: 'req_06f4q8xk3v7m2n9r5t1w0y8z4b' }),
      },
    ]),
  );
