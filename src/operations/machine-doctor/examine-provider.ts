import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStripeGateway } from '../../adapters/psp/stripe/gateway';
import { maskCredentials } from '../../adapters/psp/stripe/credentials';
import { livemodeOf } from '../../compose/psp';
import type { Configuration } from '../../configuration/configuration';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

const timeoutMs = 5_000;

/** The provider answers and takes the key. Says whether the key moves real money. */
export async function examineProvider({ psp, dataDirectory }: Configuration): Promise<readonly Diagnosis[]> {
  if (psp.kind === 'stripe-simulator') return [await examineSimulator(dataDirectory)];
  const gateway = createStripeGateway({
    ...psp,
    installation: psp.installation ?? 'doctor',
    timeoutMs,
    maxConnections: 1,
    returnUrl: 'https://example.com/',
  });
  try {
    const check = await gateway.checkKey();
    if (check.kind === 'accepted')
      return [
        well(`Stripe takes the key: ${livemodeOf(psp) ? 'LIVE, charges move money' : 'test money only'}`),
      ];
    const reason = maskCredentials(check.reason);
    return [
      check.kind === 'refused'
        ? ill(
            `Stripe refuses the key: ${reason}`,
            'Copy STRIPE_SECRET_KEY from https://dashboard.stripe.com/apikeys.',
          )
        : ill(
            `Stripe does not answer: ${reason}`,
            'See that this machine reaches api.stripe.com on port 443, and https://status.stripe.com.',
          ),
    ];
  } finally {
    gateway.close();
  }
}

/** The process that runs the simulator says where it is. */
async function examineSimulator(dataDirectory: string): Promise<Diagnosis> {
  const file = join(dataDirectory, 'stripe-simulator.json');
  try {
    const { url } = JSON.parse(await readFile(file, 'utf8')) as { readonly url: string };
    const answer = await fetch(`${url}/simulator/faults`, { signal: AbortSignal.timeout(timeoutMs) });
    await answer.arrayBuffer();
    if (answer.ok) return well(`the simulator answers at ${url}: test money only`);
    return ill(`the simulator at ${url} answers ${String(answer.status)}`, 'Start FinCore again.');
  } catch {
    return ill('the simulator does not run', 'Start FinCore, which starts it.');
  }
}
