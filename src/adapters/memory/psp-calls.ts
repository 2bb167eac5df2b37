import type { Clock } from '../../core/kernel';
import { PspUnavailable, type PspUnknown } from '../../core/ports';

/** What happens to a request on its way. `lost_after`: it takes effect, and the answer gets lost. */
type PspFault = 'unavailable' | 'lost_before' | 'lost_after';

export interface PspCall {
  readonly operation:
    'authorize' | 'capture' | 'cancel' | 'refund' | 'findPayment' | 'findRefund' | 'listRefunds';
  /** Null for a look-up. */
  readonly idempotencyKey: string | null;
}

export type FaultOf = (call: PspCall) => PspFault | null;

/** As long as Stripe remembers a key. @source https://docs.stripe.com/api/idempotent_requests */
const keyLifetimeMs = 24 * 60 * 60 * 1000;

interface Remembered<Outcome> {
  readonly fingerprint: string;
  readonly outcome: Outcome;
  readonly untilMs: number;
}

/**
 * One operation as a PSP offers it: the first request under a key takes effect, later ones get its answer, and
 * another request under the same key gets `keyReused` and has no effect.
 */
export function oncePerKey<Request extends { readonly idempotencyKey: string }, Outcome>(
  operation: PspCall['operation'],
  work: {
    readonly clock: Clock;
    readonly faultOf: FaultOf;
    readonly effect: (request: Request) => Outcome;
    readonly keyReused: (request: Request, earlier: Outcome) => Outcome;
    /** Whether an outcome is remembered under its key. @default every one */
    readonly repeats?: (outcome: Outcome) => boolean;
  },
): (request: Request) => Promise<Outcome | PspUnknown> {
  const answers = new Map<string, Remembered<Outcome>>();

  function answer(request: Request): Outcome {
    const nowMs = work.clock();
    const fingerprint = fingerprintOf(request);
    const known = answers.get(request.idempotencyKey);
    if (known !== undefined && nowMs < known.untilMs)
      return known.fingerprint === fingerprint ? known.outcome : work.keyReused(request, known.outcome);
    const outcome = work.effect(request);
    if (work.repeats?.(outcome) !== false)
      answers.set(request.idempotencyKey, { fingerprint, outcome, untilMs: nowMs + keyLifetimeMs });
    return outcome;
  }

  return async (request) => {
    await Promise.resolve();
    const fault = work.faultOf({ operation, idempotencyKey: request.idempotencyKey });
    switch (fault) {
      case null:
        return answer(request);
      case 'lost_after':
        answer(request);
        return lost;
      case 'lost_before':
        return lost;
      case 'unavailable':
        throw new PspUnavailable('The memory PSP is unavailable, as asked.');
    }
  };
}

/** A look-up changes nothing, so every fault is the same to it. */
export async function lookUp<Value>(
  operation: PspCall['operation'],
  faultOf: FaultOf,
  find: () => Value,
): Promise<Value> {
  await Promise.resolve();
  if (faultOf({ operation, idempotencyKey: null }) === null) return find();
  throw new PspUnavailable('The memory PSP did not answer a look-up, as asked.');
}

const lost: PspUnknown = { kind: 'unknown', reason: 'The answer was lost, as asked.' };

const fingerprintOf = (request: object): string =>
  JSON.stringify(request, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
