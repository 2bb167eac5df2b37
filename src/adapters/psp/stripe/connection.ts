import {
  BrokenCircuitError,
  BulkheadRejectedError,
  CircuitState,
  ConsecutiveBreaker,
  bulkhead,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import Stripe from 'stripe';
import type { Clock } from '../../../core/kernel';
import { type PspFailure, PspUnavailable } from '../../../core/ports';
import { DeadlinePassed, withDeadline } from './deadline';
import { type ErrorVerdict, showsTrouble, verdictOf } from './error-verdict';
import type { BreakerState, StripeGatewayOptions } from './options';
import { createTransport } from './transport';
import { createTroubleLog } from './trouble-log';

/** The outcome of a request that reached Stripe; a request without effect is thrown as `PspUnavailable`. */
type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | Exclude<ErrorVerdict, { readonly kind: 'unavailable' }>;

/** Stripe behind a bound on requests at once, a circuit breaker and a deadline. */
export interface StripeConnection {
  readonly stripe: Stripe;
  readonly returnUrl: string;
  /** As of the options. */
  readonly installation: string;
  readonly clock: Clock;
  /** Sends a request that may have an effect. @throws PspUnavailable when it had none and may be sent again. */
  send<Value>(request: () => Promise<Value>): Promise<Answer<Value>>;
  /** Reads; null when Stripe knows no such object. @throws PspUnavailable when Stripe gave no answer. */
  look<Value>(request: () => Promise<Value>): Promise<Value | null>;
  close(): void;
}

const defaultBreaker = { failures: 10, pauseMs: 5_000 };
/** When every connection is taken and as many requests wait. */
const crowdedRetryMs = 250;

export function connectToStripe(options: StripeGatewayOptions): StripeConnection {
  const { protocol = 'https', maxConnections, timeoutMs, clock = Date.now, log = () => undefined } = options;
  const transport = createTransport({ protocol, maxConnections });
  const stripe = new Stripe(options.secretKey, {
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    protocol,
    httpClient: transport.httpClient,
    timeout: timeoutMs,
    // The caller's jobs repeat a request, with backoff and the same key; a second loop inside would multiply theirs.
    maxNetworkRetries: 0,
    telemetry: false,
    appInfo: { name: 'FinCore' },
  });
  const run = createGuard(options, log, clock);

  async function verdict<Value>(request: () => Promise<Value>): Promise<Answer<Value>> {
    const outcome = await run(request);
    if (outcome.kind !== 'unavailable') return outcome;
    throw new PspUnavailable(outcome.message, outcome.retryAfterMs);
  }

  return {
    stripe,
    returnUrl: options.returnUrl,
    installation: options.installation,
    clock,
    send: verdict,
    async look(request) {
      const answer = await verdict(request);
      if (answer.kind === 'answered') return answer.value;
      if (answer.kind === 'refused' && answer.missing) return null;
      // A look-up changes nothing, so it can be repeated however it ended.
      throw new PspUnavailable(`Stripe did not answer a look-up: ${reasonOf(answer)}`);
    },
    close: () => transport.close(),
  };
}

type Guarded<Value> = { readonly kind: 'answered'; readonly value: Value } | ErrorVerdict;

const breakerStates: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  // By hand only, which nobody does.
  [CircuitState.Isolated]: 'open',
};

function createGuard(options: StripeGatewayOptions, log: (line: string) => void, clock: Clock) {
  const { maxConnections, timeoutMs, onBreaker = () => undefined } = options;
  const trouble = createTroubleLog(log, clock);
  const { failures, pauseMs } = { ...defaultBreaker, ...options.breaker };
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof DeadlinePassed || showsTrouble(error)),
    { halfOpenAfter: pauseMs, breaker: new ConsecutiveBreaker(failures) },
  );
  let openUntil = 0;
  breaker.onBreak(() => {
    openUntil = Date.now() + pauseMs;
    log(`Stripe is in trouble: nothing is sent for ${pauseMs} ms.`);
  });
  breaker.onReset(() => log('Stripe answers again.'));
  breaker.onStateChange((state) => onBreaker(breakerStates[state]));
  onBreaker('closed');
  const places = bulkhead(maxConnections, maxConnections);
  const guarded = <Value>(request: () => Promise<Value>): Promise<Value> =>
    places.execute(() => breaker.execute(() => withDeadline(() => withoutCallSite(request), timeoutMs)));

  return async <Value>(request: () => Promise<Value>): Promise<Guarded<Value>> => {
    try {
      const value = await guarded(request);
      trouble.answered();
      return { kind: 'answered', value };
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        const retryAfterMs = Math.max(1, openUntil - Date.now());
        return {
          kind: 'unavailable',
          message: 'Stripe is in trouble, and is left alone for now.',
          retryAfterMs,
        };
      }
      if (error instanceof BulkheadRejectedError)
        return {
          kind: 'unavailable',
          message: `All ${maxConnections} connections to Stripe are taken.`,
          retryAfterMs: crowdedRetryMs,
        };
      if (error instanceof DeadlinePassed) {
        const reason = `Stripe did not answer within ${timeoutMs} ms.`;
        trouble.failed(reason);
        return { kind: 'unknown', reason, isRepeated: false };
      }
      const verdict = verdictOf(error);
      if (verdict === null) throw error;
      if (showsTrouble(error)) trouble.failed(wordsOf(verdict));
      else trouble.answered();
      return verdict;
    }
  };
}

/**
 * The package writes down the caller's stack for every request, in case it fails, and reading one through source maps
 * costs as much as sending the request. Ours begins in a job, which the log names.
 */
function withoutCallSite<Value>(request: () => Promise<Value>): Promise<Value> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return request();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const wordsOf = (verdict: ErrorVerdict): string =>
  verdict.kind === 'unavailable' ? verdict.message : reasonOf(verdict);

const reasonOf = (answer: { readonly reason?: string; readonly failure?: PspFailure }): string =>
  answer.reason ?? answer.failure?.message ?? 'no reason given';
