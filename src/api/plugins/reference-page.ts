import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/**
 * The page brings every script and style itself and asks nobody else. Styles may be inline because the page's
 * library sets them on elements; scripts may not.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The readable reference at /docs: made from the document, served from the package, so it works offline. */
export async function serveReference(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    uiConfig: {
      docExpansion: 'list',
      deepLinking: true,
      displayRequestDuration: true,
      // The badge of an outside validator would be the only thing loaded from elsewhere.
      validatorUrl: null,
    },
    theme: { title: 'FinCore API reference' },
  });
}
