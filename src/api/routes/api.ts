import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiDependencies } from '../dependencies';
import type { OncePerKey } from '../plugins/idempotency';
import type { LoadGate } from '../plugins/load-gate';

/** The server as routes see it: a route's schema is also the type of its request. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every file of routes is given. */
export interface RouteContext {
  readonly dependencies: ApiDependencies;
  readonly oncePerKey: OncePerKey;
  readonly load: LoadGate;
}
