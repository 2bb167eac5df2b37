import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyInstance, type FastifyHttpOptions } from 'fastify';
import type { Server } from 'node:http';
import { parse as parseQuery } from 'qs';
import { apiContexts } from './contexts';
import type { ApiDependencies } from './dependencies';
import { answerEarly, answerProblems, createProblemAnswer } from './errors/answer-problems';
import { createUnreadableAnswer } from './errors/unreadable';
import { answerUnroutable } from './errors/unroutable';
import { closeQueries } from './json/closed-queries';
import { createValidatorCompiler } from './json/compile-validators';
import { bodyLimitBytes, keepAliveTimeoutMs, timeoutCheckIntervalMs } from './limits';
import { describeApi } from './openapi/describe-api';
import { checkRequests } from './plugins/request-checks';
import { ignoreExpectations } from './plugins/ignore-expectations';
import { createInFlightKeys } from './plugins/idempotency';
import { readJsonBodies } from './plugins/json-bodies';
import { createLoadGate } from './plugins/load-gate';
import { createRateLimits } from './plugins/rate-limits';
import { refuseForbiddenQueryTexts } from './plugins/query-texts';
import { decorateRequests } from './plugins/request-context';
import { requestIds } from './plugins/request-id';
import { logRequests } from './plugins/request-log';
import { requireAccess } from './plugins/route-access';
import { documentRoutes } from './routes/documents';
import { operationRoutes } from './routes/operations';

/** The HTTP API, ready to listen. Closing it refuses new requests and lets those in progress finish. */
export async function buildApp(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const rates = createRateLimits(dependencies);
  const answer = createProblemAnswer(dependencies, rates);
  const app = Fastify({
    ...serverOptions(dependencies),
    clientErrorHandler: createUnreadableAnswer(dependencies),
    frameworkErrors: answerEarly(answer),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const load = createLoadGate(dependencies.limits);
  app.addHook('preClose', load.close);
  ignoreExpectations(app);
  requireAccess(app);
  closeQueries(app);
  app.setValidatorCompiler(createValidatorCompiler());
  decorateRequests(app);
  answerProblems(app, answer);
  const unroutable = answerUnroutable(app);
  readJsonBodies(app);
  refuseForbiddenQueryTexts(app);
  logRequests(app);
  checkRequests(app, { ...dependencies, load, rates, unroutable });
  await describeApi(app, dependencies.publicBaseUrl);
  const context = { dependencies, oncePerKey: createInFlightKeys(), load };
  for (const addRoutes of apiContexts.flatMap(({ routes }) => routes)) await addRoutes(app, context);
  operationRoutes(app, context);
  documentRoutes(app);
  return app;
}

/**
 * As long as the whole header that Node.js reads: no query parameter is dropped without a word, and an id of any length
 * is unknown to its own route, like every other that nobody has.
 */
const longestUrlCharacters = 16_384;

/** `status[]=failed` says what `status=failed` says. */
const listBrackets = /(?:\[|%5B)(?:\]|%5D)(?==|&|$)/gi;

const serverOptions = ({ log, ids, trustedProxies, limits: { requestTimeoutMs } }: ApiDependencies) =>
  ({
    // At info Fastify tells only where it listens, and anyone who starts it says so in words.
    loggerInstance: log.level === 'info' ? log.child({}, { level: 'warn' }) : log,
    // A child logger for each request costs more than it tells: what is logged names the request itself.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(ids),
    requestIdHeader: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Node.js would answer a request without Host, and without a problem document; the plugins answer it instead.
    http: {
      requireHostHeader: false,
      // Node.js takes the longer of the two times for the whole request, and its default for headers is 60 s.
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckIntervalMs,
    },
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: {
      maxParamLength: longestUrlCharacters,
      querystringParser: (text) =>
        parseQuery(text.replace(listBrackets, ''), {
          depth: 1,
          parameterLimit: longestUrlCharacters,
          // Keys of metadata may be numbers, or names that every object has; those of lists are read by their schema.
          parseArrays: false,
          plainObjects: true,
          allowPrototypes: true,
        }),
    },
  }) satisfies FastifyHttpOptions<Server>;
