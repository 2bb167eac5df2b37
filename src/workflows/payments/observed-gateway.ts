import type { Clock } from '../../core/kernel';
import { type PspGateway, PspUnavailable } from '../../core/ports';

export type ProviderOperation = Exclude<keyof PspGateway, 'name' | 'amountRefusal' | 'verifyNotice'>;

/** One request to a provider, as its caller saw it. */
export interface ProviderCall {
  readonly operation: ProviderOperation;
  /** The kind of its outcome; of a look-up `found` or `missing`; `unavailable` without an effect; `error` for a defect. */
  readonly outcome: string;
  readonly elapsedMs: number;
}

/** The same provider, with each request told to `observe` once it has ended. */
export function observedGateway(
  gateway: PspGateway,
  observe: (call: ProviderCall) => void,
  clock: Clock,
): PspGateway {
  async function observed<Value>(
    operation: ProviderOperation,
    ask: () => Promise<Value>,
    outcomeOf: (value: Value) => string,
  ): Promise<Value> {
    const askedAt = clock();
    let outcome = 'error';
    try {
      const value = await ask();
      outcome = outcomeOf(value);
      return value;
    } catch (error) {
      if (error instanceof PspUnavailable) outcome = 'unavailable';
      throw error;
    } finally {
      observe({ operation, outcome, elapsedMs: Math.max(0, clock() - askedAt) });
    }
  }
  return {
    ...gateway,
    authorize: (request) => observed('authorize', () => gateway.authorize(request), kindOf),
    capture: (request) => observed('capture', () => gateway.capture(request), kindOf),
    cancel: (request) => observed('cancel', () => gateway.cancel(request), kindOf),
    refund: (request) => observed('refund', () => gateway.refund(request), kindOf),
    findPayment: (query) => observed('findPayment', () => gateway.findPayment(query), found),
    findRefund: (query) => observed('findRefund', () => gateway.findRefund(query), found),
  };
}

const kindOf = ({ kind }: { readonly kind: string }): string => kind;
const found = (value: object | null): string => (value === null ? 'missing' : 'found');
