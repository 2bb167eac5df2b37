import type { Load, LoadResult } from '../programs/load';
import { type Program, startProgram } from '../programs';

/** Where charges are made, and with which key. */
export interface ChargeTarget {
  readonly url: string;
  readonly secretKey: string;
}

export const chargeBody = JSON.stringify({
  amount: 1999,
  currency: 'EUR',
  payment_token: 'tok_visa',
  description: 'Order 4711',
  metadata: { order: '4711' },
});

export interface ChargeLoad {
  /** Makes charges with keys of their own. @throws when one is not accepted */
  make(target: ChargeTarget, load: Pick<Load, 'connections' | 'seconds' | 'amount'>): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** The merchants' side, in a process of its own. */
export function startChargeLoad(): ChargeLoad {
  const program: Program = startProgram('load');
  return {
    async make({ url, secretKey }, load) {
      const asked: Load = {
        url: `${url}/v1/charges`,
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
        body: chargeBody,
        ...load,
      };
      const result = await program.ask<LoadResult>(asked);
      if (result.refused > 0)
        throw new Error(
          `${String(result.refused)} of ${String(result.accepted + result.refused)} charges were refused`,
        );
      return result;
    },
    stop: () => program.stop(),
  };
}
