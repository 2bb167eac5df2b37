/** Everything a Stripe error body may carry besides its type and message. */
export interface ErrorDetails {
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly advice_code?: string;
  readonly network_decline_code?: string;
  /** Rendered objects, as Stripe embeds them for the client to read on. */
  readonly payment_intent?: object;
  readonly payment_method?: object;
  readonly payment_method_type?: string;
  readonly setup_intent?: object;
}

export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** A refusal in Stripe's words. Thrown by handlers; what they stored before throwing stays stored. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    readonly details: ErrorDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const invalidRequest = (message: string, details: ErrorDetails): ApiError =>
  new ApiError(400, 'invalid_request_error', message, details);

export const missingParameter = (param: string): ApiError =>
  invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });

export const unknownParameter = (param: string): ApiError =>
  invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });

export const noSuch = (noun: string, id: string, param = 'id'): ApiError =>
  new ApiError(404, 'invalid_request_error', `No such ${noun}: '${id}'`, { code: 'resource_missing', param });

/** An id given as a parameter, unlike one in the path, is refused with 400. */
export const noSuchReference = (noun: string, id: string, param: string): ApiError =>
  invalidRequest(`No such ${noun}: '${id}'`, { code: 'resource_missing', param });

export const unauthorized = (message: string): ApiError =>
  new ApiError(401, 'invalid_request_error', message, {}, { 'www-authenticate': 'Basic realm="Stripe"' });

/** The error's JSON body. */
export function errorBody(error: ApiError, requestId: string): string {
  const { code, ...rest } = error.details;
  return JSON.stringify({
    error: {
      ...(code === undefined ? {} : { code, doc_url: documentationOf(code) }),
      ...rest,
      message: error.message,
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      type: error.type,
    },
  });
}

export const documentationOf = (code: string): string =>
  `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
