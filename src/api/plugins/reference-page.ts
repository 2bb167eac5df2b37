import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** The one style that the page's own script writes into it. Another version of the package may write another. */
const ownStyle = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

/** The page brings every script and style itself and asks nobody else; nothing inline runs or styles it. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${ownStyle}`,
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
      // Without the bar at the top, which offers to load documents from elsewhere.
      layout: 'BaseLayout',
      docExpansion: 'list',
      deepLinking: true,
      displayRequestDuration: true,
      // The badge of an outside validator would be the only thing loaded from elsewhere.
      validatorUrl: null,
    },
    theme: { title: 'FinCore API reference' },
  });
}
