import { Unwritable } from '../store/log';
import { ApiError, errorBody } from '../wire/api-error';
import type { Answer } from './answer';

/** The answer to a request that was refused, or that the disk does not take. @throws any other error as it is. */
export function errorAnswer(error: unknown, requestId: string): Answer {
  const refusal =
    error instanceof Unwritable
      ? new ApiError(500, 'api_error', error.message, {}, { 'stripe-should-retry': 'true' })
      : error;
  if (!(refusal instanceof ApiError)) throw refusal;
  return { status: refusal.status, body: errorBody(refusal, requestId), headers: refusal.headers };
}
