import { bareStripe } from '../load/bare-stripe';
import { serveProgram } from '../programs';

/** Payments to make straight at the simulator. */
export interface StripeLoad {
  readonly simulatorUrl: string;
  readonly payments: number;
  readonly inFlight: number;
}

/** What the provider's own client reaches alone: the same parameters, the same number at once. */
async function pay({ simulatorUrl, payments, inFlight }: StripeLoad): Promise<number> {
  const client = bareStripe(simulatorUrl);
  let begun = 0;
  const startedAt = performance.now();
  const worker = async () => {
    while (begun < payments) {
      begun += 1;
      await client.pay(`bench-${String(startedAt)}-${String(begun)}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return payments / ((performance.now() - startedAt) / 1_000);
}

serveProgram((request) => pay(request as StripeLoad));
