import { parseArgs } from 'node:util';
import { canaryCharge } from '../src/operations/canary/canary-charge';
import { parseCanarySecret } from '../src/operations/canary/canary-secret';

/** One charge and its refund at any API: `FINCORE_CANARY='{"secret_key": …}' node -r esbuild-register bench/canary.ts --url https://…` */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: 'string' } } });
  const { url } = values;
  const secret = process.env['FINCORE_CANARY'] ?? '';
  if (url === undefined || !URL.canParse(url) || secret === '')
    throw new Error(
      'usage: --url <origin of the API>; FINCORE_CANARY holds {"secret_key": "sk_…", "payment_token": "tok_…"}',
    );
  const { ok, steps } = await canaryCharge({ apiUrl: new URL(url).origin, ...parseCanarySecret(secret) });
  for (const step of steps)
    console.log(
      `${step.ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(6)} ${step.detail} (${step.elapsedMs} ms)`,
    );
  if (!ok) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
