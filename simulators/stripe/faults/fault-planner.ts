import type { PendingDelivery } from '../store/store';
import { ApiError, invalidRequest } from '../wire/api-error';
import type { FormObject, FormValue } from '../wire/form';
import { ArmedFault, carries, fits } from './armed-fault';
import { noDeliveryFaults, type DeliveryFaults } from './delivery-faults';
import {
  isWebhookFault,
  readShortFault,
  type FaultRule,
  type RequestFault,
  type WebhookFault,
} from './fault-rule';
import { noFaults, Silence, type PlannedFaults } from './planned-faults';

export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly values: FormObject;
  readonly idempotencyKey: string | null;
  /** The request's own `Simulator-Fault` header. */
  readonly header: string | readonly string[] | undefined;
}

const ruleLimit = 100;
/** How many idempotency keys are remembered for having met the fault they asked for. */
const metLimit = 10_000;

/** Decides what goes wrong. Nothing does until a rule is added or a request asks for it. */
export class FaultPlanner {
  private requestFaults: ArmedFault<RequestFault>[] = [];
  private webhookFaults: ArmedFault<WebhookFault>[] = [];
  private readonly met = new Set<string>();

  add(rule: FaultRule): void {
    if (this.requestFaults.length + this.webhookFaults.length >= ruleLimit) {
      throw invalidRequest(`At most ${ruleLimit} faults can be set at once.`, {});
    }
    if (isWebhookFault(rule)) this.webhookFaults.push(new ArmedFault(rule));
    else this.requestFaults.push(new ArmedFault(rule));
  }

  clear(): void {
    this.requestFaults = [];
    this.webhookFaults = [];
  }

  describe(): readonly object[] {
    return [...this.requestFaults, ...this.webhookFaults].map(({ rule, firedTimes }) => ({
      ...rule,
      fired: firedTimes,
    }));
  }

  forRequest(facts: RequestFacts): PlannedFaults {
    const asked = this.askedFor(facts);
    if (asked === undefined && this.requestFaults.length === 0) return noFaults;
    const struck = this.requestFaults.filter((fault) => applies(fault.rule, facts) && fault.strikes());
    const plans = struck.map(({ rule, random }) => ({ rule, random }));
    if (asked !== undefined) plans.push({ rule: asked, random: () => 0 });
    return plans.length === 0 ? noFaults : combine(plans);
  }

  forDelivery({ event }: PendingDelivery): DeliveryFaults {
    if (this.webhookFaults.length === 0) return noDeliveryFaults;
    const metadata = 'metadata' in event.state ? event.state.metadata : undefined;
    return this.webhookFaults.reduce<DeliveryFaults>((faults, fault) => {
      const isMeant =
        fits(fault.rule.match?.type, event.type) && carries(fault.rule.match?.metadata, metadata);
      return isMeant && fault.strikes() ? worsen(faults, fault) : faults;
    }, noDeliveryFaults);
  }

  /** A request meets the fault that it asks for once per idempotency key, so that retrying it can succeed. */
  private askedFor({ header, values, idempotencyKey }: RequestFacts): RequestFault | undefined {
    const text =
      typeof header === 'string'
        ? header
        : (textAt(values, 'metadata', 'simulator_fault') ?? namedByMethod(values));
    const fault = text === undefined ? undefined : readShortFault(text);
    if (fault === undefined || idempotencyKey === null) return fault;
    if (this.met.has(idempotencyKey)) return undefined;
    if (this.met.size >= metLimit)
      for (const oldest of [...this.met].slice(0, metLimit / 2)) this.met.delete(oldest);
    this.met.add(idempotencyKey);
    return fault;
  }
}

function applies({ match }: RequestFault, { method, path, values }: RequestFacts): boolean {
  if (match === undefined) return true;
  const metadata = values['metadata'];
  return (
    (match.method === undefined || match.method === method) &&
    fits(match.path, path) &&
    carries(match.metadata, isObject(metadata) ? metadata : undefined) &&
    (match.payment_method === undefined || match.payment_method === paymentMethodName(values))
  );
}

const isObject = (value: FormValue | undefined): value is FormObject =>
  typeof value === 'object' && !Array.isArray(value);

function textAt(values: FormObject, ...path: readonly string[]): string | undefined {
  let value: FormValue | undefined = values;
  for (const step of path) value = isObject(value) ? value[step] : undefined;
  return typeof value === 'string' ? value : undefined;
}

const paymentMethodName = (values: FormObject): string | undefined =>
  textAt(values, 'payment_method') ??
  textAt(values, 'payment_method_data', 'card', 'token') ??
  textAt(values, 'source');

const namedByMethod = (values: FormObject): string | undefined =>
  /^(?:pm_card|tok)_simulator_([a-z_]+)$/.exec(paymentMethodName(values) ?? '')?.[1];

interface Plan {
  readonly rule: RequestFault;
  readonly random: () => number;
}

function combine(plans: readonly Plan[]): PlannedFaults {
  const raise = (interruptions: readonly (() => Error | undefined)[]): void => {
    for (const interruption of interruptions) {
      const error = interruption();
      if (error !== undefined) throw error;
    }
  };
  return {
    latencyMs: plans.reduce((sum, plan) => sum + latencyOf(plan), 0),
    failsAfter: plans.some(({ rule }) => rule.kind === 'error_after'),
    alterations: plans.flatMap(({ rule }) => (rule.kind === 'altered_answer' ? [rule.set] : [])),
    interruptBefore: () => raise(plans.map((plan) => () => interruptionBefore(plan.rule))),
    interruptAfter: () =>
      raise(
        plans.map(
          ({ rule }) =>
            () =>
              rule.kind === 'timeout_after' ? new Silence('hold', rule.hold_ms) : undefined,
        ),
      ),
  };
}

function latencyOf({ rule, random }: Plan): number {
  if (rule.kind !== 'latency') return 0;
  const spread = Math.max((rule.max_ms ?? rule.min_ms) - rule.min_ms, 0);
  return rule.min_ms + Math.round(random() * spread);
}

function interruptionBefore(rule: RequestFault): Error | undefined {
  switch (rule.kind) {
    case 'timeout_before':
      return new Silence('hold', rule.hold_ms);
    case 'connection_reset':
      return new Silence('reset', 0);
    case 'error_before':
      return new ApiError(
        500,
        'api_error',
        'An unknown error occurred',
        {},
        { 'stripe-should-retry': 'true' },
      );
    case 'rate_limit':
      return new ApiError(
        429,
        'invalid_request_error',
        'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
        { code: 'rate_limit' },
        { 'retry-after': String(rule.retry_after_seconds), 'stripe-rate-limited-reason': 'global-rate' },
      );
    case 'lock_timeout':
      return new ApiError(
        409,
        'invalid_request_error',
        'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.',
        { code: 'lock_timeout' },
        { 'stripe-should-retry': 'true' },
      );
    case 'altered_answer':
    case 'error_after':
    case 'latency':
    case 'timeout_after':
      return undefined;
  }
}

function worsen(faults: DeliveryFaults, { rule, random }: ArmedFault<WebhookFault>): DeliveryFaults {
  switch (rule.kind) {
    case 'webhook_duplicate':
      return { ...faults, copies: faults.copies * rule.copies };
    case 'webhook_reorder':
      return { ...faults, delayMs: faults.delayMs + Math.floor(random() * rule.window_ms) };
    case 'webhook_delay':
      return { ...faults, delayMs: faults.delayMs + rule.delay_ms };
    case 'webhook_loss':
      return { ...faults, isLost: true };
    case 'webhook_bad_signature':
      return {
        ...faults,
        alterSignature: (signature) =>
          signature.replace(/v1=(.)/, (_all, digit: string) => `v1=${digit === '0' ? '1' : '0'}`),
      };
    case 'webhook_altered':
      return { ...faults, alterations: [...faults.alterations, rule.set] };
  }
}
