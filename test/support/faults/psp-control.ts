/** What the simulator counted over all its charges. */
export interface PspStats {
  readonly requests: Readonly<Record<string, number>>;
  readonly pending_webhooks: number;
  readonly captured_by_currency: Readonly<Record<string, number>>;
  readonly refunded_by_currency: Readonly<Record<string, number>>;
  readonly charges_by_charge_id: Readonly<
    Record<string, { readonly charges: number; readonly succeeded: number }>
  >;
}

/** The simulator's own pages: arming faults, and counting what money moved. */
export interface PspControl {
  arm(fault: object): Promise<void>;
  /** Faults with how often each has struck. */
  armed(): Promise<readonly { readonly kind: string; readonly fired: number }[]>;
  disarm(): Promise<void>;
  stats(): Promise<PspStats>;
  /** Does in the payer's place what 3-D Secure asks for. */
  authenticate(reference: string, outcome: 'succeed' | 'fail'): Promise<void>;
  /** The payer pays a payment that failed, with another card; rejects once nobody can pay it any more. */
  payAgain(reference: string): Promise<void>;
}

const timeoutMs = 30_000;

export function createPspControl(simulatorUrl: string): PspControl {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${simulatorUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the simulator answered ${method} ${path} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    async arm(fault) {
      await call('POST', '/faults', fault);
    },
    armed: async () => ((await call('GET', '/faults')) as { data: { kind: string; fired: number }[] }).data,
    async disarm() {
      await call('DELETE', '/faults');
    },
    stats: async () => (await call('GET', '/stats')) as PspStats,
    async authenticate(reference, outcome) {
      await call('POST', `/payment_intents/${reference}/authenticate`, { outcome });
    },
    async payAgain(reference) {
      await call('POST', `/payment_intents/${reference}/pay`, { payment_method: 'pm_card_mastercard' });
    },
  };
}
