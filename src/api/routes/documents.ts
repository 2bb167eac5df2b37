import { Type } from '@sinclair/typebox';
import { isErrorCode } from '../errors/catalogue';
import { errorPage, errorPagePolicy, errorText } from '../errors/error-page';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { type DescribedApi, referencePage, referencePolicy } from '../reference/reference-page';
import type { Api } from './api';

/** What describes the API: its document, the same for readers, and a page for every error. */
export function documentRoutes(app: Api): void {
  documentRoute(app);
  referenceRoute(app);
  errorRoute(app);
}

function documentRoute(app: Api): void {
  let document: string | null = null;
  app.get(
    '/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getOpenApi',
        tags: ['Operations'],
        summary: 'Fetch this document',
        description: 'OpenAPI 3.1, made from the schemas that validate the requests.',
        response: {
          200: Type.Unsafe<string>({
            type: 'object',
            additionalProperties: true,
            description: 'The document, sent as the text that was made once.',
            examples: [{ openapi: '3.1.0' }],
          }),
        },
      },
    },
    async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      reply.header('content-type', 'application/json; charset=utf-8');
      return document;
    },
  );
}

function referenceRoute(app: Api): void {
  let page: string | null = null;
  app.get('/docs', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    // The library types a document of any version; this one is the OpenAPI document that the page is made for.
    page ??= referencePage(app.swagger() as unknown as DescribedApi);
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', referencePolicy);
    return page;
  });
}

function errorRoute(app: Api): void {
  app.get(
    '/errors/:code',
    {
      config: { access: 'public', errors: ['error_code_unknown'] },
      schema: {
        operationId: 'getError',
        tags: ['Operations'],
        summary: 'Explain an error',
        description: "The page behind a problem's type: HTML for browsers, otherwise text.",
        params: Type.Object({ code: Type.String({ examples: ['refund_exceeds_captured'] }) }),
        response: {
          200: {
            description: 'What the error means and what to do.',
            content: {
              'text/html': { schema: Type.String({ examples: ['<!doctype html>…'] }) },
              'text/plain': { schema: Type.String({ examples: [errorText('refund_exceeds_captured')] }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      if (!isErrorCode(code))
        throw new Problem({ code: 'error_code_unknown', detail: `There is no error ${shownValue(code)}.` });
      reply.header('vary', 'accept').header('content-security-policy', errorPagePolicy);
      const wantsPage = request.headers.accept?.includes('text/html') === true;
      reply.header('content-type', `text/${wantsPage ? 'html' : 'plain'}; charset=utf-8`);
      return wantsPage ? errorPage(code) : errorText(code);
    },
  );
}
