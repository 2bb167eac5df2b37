import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { canaryCharge } from '../../src/operations/canary/canary-charge';
import { parseCanarySecret } from '../../src/operations/canary/canary-secret';
import { canaryEnvironment } from './environment';

/** The SDK tries again within it. */
const secretTimeoutMs = 10_000;

/** Called by CloudWatch Synthetics: a charge from outside, every few minutes. It fails by throwing, with the step in its words. */
export async function handler(): Promise<void> {
  const { FINCORE_PUBLIC_URL, FINCORE_CANARY_SECRET_ARN } = canaryEnvironment(process.env);
  const secrets = new SecretsManagerClient({});
  try {
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: FINCORE_CANARY_SECRET_ARN }),
      { abortSignal: AbortSignal.timeout(secretTimeoutMs) },
    );
    const report = await canaryCharge({
      apiUrl: FINCORE_PUBLIC_URL,
      ...parseCanarySecret(SecretString ?? ''),
    });
    const failed = report.steps.find(({ ok }) => !ok);
    if (failed !== undefined) throw new Error(`${failed.name}: ${failed.detail}`);
  } finally {
    secrets.destroy();
  }
}
