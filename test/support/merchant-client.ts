import { randomUUID } from 'node:crypto';
import type { Credentials } from './fincore-process';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface MerchantClient {
  get(path: string): Promise<Answered>;
  /** With a fresh idempotency key unless one is given. @param waitSeconds asks for the outcome */
  post(
    path: string,
    body: object,
    options?: {
      readonly key?: string;
      readonly waitSeconds?: number;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Answered>;
}

/** A merchant's backend: HTTP with the demo merchant's secret key, or another. */
export function createMerchantClient(
  credentials: Pick<Credentials, 'api_url' | 'secret_key'>,
): MerchantClient {
  const authorization = `Bearer ${credentials.secret_key}`;
  const call = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(`${credentials.api_url}${path}`, {
      ...init,
      signal: AbortSignal.timeout(60_000),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return {
    get: (path) => call(path, { headers: { authorization } }),
    post: (path, body, { key = randomUUID(), waitSeconds, headers = {} } = {}) =>
      call(path, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotency-key': key,
          ...headers,
          ...(waitSeconds === undefined ? {} : { prefer: `wait=${String(waitSeconds)}` }),
        },
        body: JSON.stringify(body),
      }),
  };
}
