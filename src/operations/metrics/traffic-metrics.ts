import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BreakerState } from '../../adapters/psp/stripe/options';
import type { AnsweredRequest } from '../../api/dependencies';
import type { Append, Journal, NewEvent, PspGateway } from '../../core/ports';
import { type ProviderCall, observedGateway } from '../../workflows/payments/observed-gateway';

const secondMs = 1_000;
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const providerBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What each event says of its charge; an event that is not here says nothing about how a charge goes. */
const outcomes: Readonly<Record<string, string>> = {
  ChargeCreated: 'accepted',
  ChargeActionRequired: 'action_required',
  ChargeAuthorized: 'authorized',
  ChargeCaptured: 'captured',
  ChargeFailed: 'failed',
  ChargeCanceled: 'canceled',
  ChargeOutcomeUnknown: 'unknown',
};

/** Codes come from the provider: beyond this many, further ones are counted as `other`. */
const declineCodeLimit = 100;
const plainCode = /^[a-z][a-z0-9_]{0,49}$/;

/** Counts what this process does: requests, charges by outcome, and requests to the provider. */
export function createTrafficMetrics(registry: Registry) {
  const registers = [registry];
  const request = createRequestMetrics(registry);
  const charges = new Counter({
    name: 'fincore_charges_total',
    help: 'Charges by what this process recorded of them; decline_code is the reason of those that failed.',
    labelNames: ['outcome', 'decline_code'],
    registers,
  });
  const calls = new Histogram({
    name: 'fincore_provider_request_duration_seconds',
    help: 'Requests to the provider by operation and outcome.',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: providerBuckets,
    registers,
  });
  const breaker = new Gauge({
    name: 'fincore_provider_breaker',
    help: '1 for the state that the circuit breaker is in: closed, open or half_open.',
    labelNames: ['provider', 'state'],
    registers,
  });
  const declineCodes = new Set<string>();

  function declineCodeOf({ type, data }: NewEvent): string {
    if (type !== 'ChargeFailed') return '';
    const { failure } = data;
    const code = textIn(failure, 'declineCode') ?? textIn(failure, 'code');
    if (code === null || !plainCode.test(code)) return 'other';
    if (declineCodes.size < declineCodeLimit) declineCodes.add(code);
    return declineCodes.has(code) ? code : 'other';
  }

  function countCharges({ writes }: Append): void {
    for (const { events } of writes)
      for (const event of events) {
        const outcome = outcomes[event.type];
        if (outcome !== undefined) charges.inc({ outcome, decline_code: declineCodeOf(event) });
      }
  }

  return {
    onAnswered: request,
    onBreaker(provider: string, state: BreakerState): void {
      for (const each of ['closed', 'open', 'half_open'] as const)
        breaker.set({ provider, state: each }, each === state ? 1 : 0);
    },
    /** The same journal, with the charges counted that this process writes. */
    journal: (journal: Journal): Journal => ({
      ...journal,
      async append(append) {
        const outcome = await journal.append(append);
        if (outcome.kind === 'appended') countCharges(append);
        return outcome;
      },
    }),
    /** The same provider, with its requests counted and timed. */
    gateway: (gateway: PspGateway): PspGateway =>
      observedGateway(
        gateway,
        ({ operation, outcome, elapsedMs }: ProviderCall) =>
          calls.observe({ provider: gateway.name, operation, outcome }, elapsedMs / secondMs),
        () => performance.now(),
      ),
  };
}

export type TrafficMetrics = ReturnType<typeof createTrafficMetrics>;

/** Counts and times answered requests by route. @returns takes each request once it is answered */
export function createRequestMetrics(registry: Registry): (answered: AnsweredRequest) => void {
  const requests = new Counter({
    name: 'fincore_http_requests_total',
    help: 'Requests by route and status; the status is aborted where the caller went away before the answer.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'fincore_http_request_duration_seconds',
    help: 'From the arrival of a request until its answer is sent, with the wait that its caller asked for.',
    labelNames: ['method', 'route'],
    buckets: requestBuckets,
    registers: [registry],
  });
  return ({ method, route, status, elapsedMs }) => {
    requests.inc({ method, route, status });
    durations.observe({ method, route }, elapsedMs / secondMs);
  };
}

function textIn(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const text: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof text === 'string' ? text : null;
}
