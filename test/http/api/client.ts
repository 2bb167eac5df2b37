import { randomUUID } from 'node:crypto';

/** An answer, read in full. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; an empty object where it is not. */
  readonly body: Record<string, unknown>;
}

interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text or bytes, otherwise as JSON. */
  readonly body?: unknown;
  /** @default a new one for each POST; null sends none */
  readonly key?: string | null;
}

export interface Client {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body?: unknown, options?: Omit<CallOptions, 'body'>): Promise<Answer>;
}

/** Speaks to the API over real HTTP as one caller. */
export function clientOf(baseUrl: string, credential?: string): Client {
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { body } = options;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const key = options.key === undefined && method === 'POST' ? randomUUID() : options.key;
    const response = await fetch(baseUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    call,
    get: (path, headers) => call('GET', path, headers === undefined ? {} : { headers }),
    post: (path, body, options) => call('POST', path, { ...options, body }),
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export const charge = (change: Readonly<Record<string, unknown>> = {}) => ({
  amount: 1999,
  currency: 'eur',
  payment_token: 'pm_card_visa',
  ...change,
});
