import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { assert } from '../core/kernel';
import { parse as parseQuery } from 'qs';
import type { ApiDependencies } from './dependencies';
import { answerProblems, createProblemAnswer } from './errors/answer-problems';
import { answerUnroutable } from './errors/unroutable';
import { createValidatorCompiler } from './json/compile-validators';
import { bodyLimitBytes, keepAliveTimeoutMs, requestTimeoutMs } from './limits';
import { guardFrontDoor } from './plugins/front-door';
import { createInFlightKeys } from './plugins/idempotency';
import { readJsonBodies } from './plugins/json-bodies';
import { createLoadGate } from './plugins/load-gate';
import { describeApi } from './plugins/openapi';
import { decorateRequests } from './plugins/request-context';
import { requestIds } from './plugins/request-id';
import { logRequests } from './plugins/request-log';
import { chargeEventRoutes } from './routes/charge-events';
import { chargeOperationRoutes } from './routes/charge-operations';
import { chargeRoutes } from './routes/charges';
import { refundRoutes } from './routes/refunds';

/** The HTTP API, ready to listen. Closing it refuses new requests and lets those in progress finish. */
export async function buildApp(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const answer = createProblemAnswer(dependencies);
  const app = Fastify({
    ...serverOptions(dependencies),
    frameworkErrors: (error, request, reply) => void answer(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const load = createLoadGate(dependencies.limits);
  app.addHook('preClose', load.close);
  app.addHook('onRoute', ({ url, config }) => {
    assert(config?.access !== undefined, `${url} says who may call it`);
  });
  app.setValidatorCompiler(createValidatorCompiler());
  decorateRequests(app);
  answerProblems(app, answer);
  answerUnroutable(app);
  readJsonBodies(app);
  logRequests(app);
  await guardFrontDoor(app, dependencies, load);
  await describeApi(app, dependencies.publicBaseUrl);
  const context = { dependencies, oncePerKey: createInFlightKeys(), load };
  for (const routes of [chargeRoutes, chargeOperationRoutes, chargeEventRoutes, refundRoutes])
    routes(app, context);
  return app;
}

/** More than the longest URL that Node reads can hold, so that no parameter is dropped without a word. */
const queryParameterLimit = 16_384;

const serverOptions = ({ log, ids, trustedProxies }: ApiDependencies) =>
  ({
    loggerInstance: log,
    // A child logger for each request costs more than it tells: what is logged names the request itself.
    childLoggerFactory: (logger) => logger,
    disableRequestLogging: true,
    genReqId: requestIds(ids),
    requestIdHeader: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: {
      querystringParser: (text) =>
        parseQuery(text, {
          depth: 1,
          parameterLimit: queryParameterLimit,
          plainObjects: false,
          allowPrototypes: false,
        }),
    },
  }) satisfies FastifyServerOptions;
