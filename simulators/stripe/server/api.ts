import type { IncomingMessage } from 'node:http';
import type { FaultPlanner } from '../faults/fault-planner';
import { randomText } from '../store/ids';
import { ApiError } from '../wire/api-error';
import { apiVersion } from '../wire/api-version';
import { authenticate } from '../wire/authentication';
import { parseForm } from '../wire/form';
import { Parameters } from '../wire/parameters';
import type { Answer } from './answer';
import { errorAnswer } from './error-answer';
import type { Executor } from './executor';
import type { RequestCounter } from './request-counter';
import { readBody } from './request-body';
import type { FindRoute } from './router';

export interface ApiOptions {
  readonly executor: Executor;
  readonly findRoute: FindRoute;
  readonly faults: FaultPlanner;
  readonly counter: RequestCounter;
}

/** Answers one request to `/v1`. @throws Silence when a fault leaves the client without an answer. */
export async function answerApi(request: IncomingMessage, options: ApiOptions): Promise<Answer> {
  const requestId = `req_${randomText(14)}`;
  const answer = await attemptAnswer(request, requestId, options);
  const { 'stripe-version': version, 'idempotency-key': key } = request.headers;
  return {
    ...answer,
    headers: {
      'request-id': requestId,
      'stripe-version': typeof version === 'string' ? version : apiVersion,
      ...(typeof key === 'string' && request.method === 'POST' ? { 'idempotency-key': key } : {}),
      ...answer.headers,
    },
  };
}

async function attemptAnswer(
  request: IncomingMessage,
  requestId: string,
  options: ApiOptions,
): Promise<Answer> {
  try {
    return await route(request, requestId, options);
  } catch (error) {
    return errorAnswer(error, requestId);
  }
}

async function route(
  request: IncomingMessage,
  requestId: string,
  { executor, findRoute, faults, counter }: ApiOptions,
): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : url.slice(question + 1);
  const body = method === 'POST' ? await readBody(request) : '';
  const credentials = authenticate(request.headers.authorization);
  const match = findRoute(method, path);
  if (match === undefined) throw unknownUrl(method, path);
  if (credentials.keyKind === 'publishable' && match.route.isPublic !== true) throw secretKeyNeeded();
  counter.count(match.route);
  const form = query === '' ? body : body === '' ? query : `${query}&${body}`;
  const values = parseForm(form);
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' && key !== '' ? key : null;
  return executor.execute({
    method,
    path,
    form,
    parameters: new Parameters(values),
    match,
    credentials,
    idempotencyKey,
    requestId,
    faults: faults.forRequest({
      method,
      path,
      values,
      idempotencyKey,
      header: request.headers['simulator-fault'],
    }),
  });
}

const unknownUrl = (method: string, path: string): ApiError =>
  new ApiError(
    404,
    'invalid_request_error',
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );

const secretKeyNeeded = (): ApiError =>
  new ApiError(
    403,
    'invalid_request_error',
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    { code: 'secret_key_required' },
  );
