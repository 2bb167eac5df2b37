import { canaryCharge } from '../canary/canary-charge';
import { parseCanarySecret } from '../canary/canary-secret';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';
import { readSecret } from './examine-secrets';
import type { StageMap } from './stage-map';

/** A charge and its refund, as the canary makes them. Without the canary's secret there is nothing to charge with. */
export async function examineCharge(
  { secrets: client }: Pick<AwsClients, 'secrets'>,
  { secrets, apiUrl }: Pick<StageMap, 'secrets' | 'apiUrl'>,
): Promise<readonly Diagnosis[]> {
  const arn = secrets.find(({ name }) => name === 'canary')?.arn;
  const text = arn === undefined ? null : await readSecret(client, arn);
  if (text === null)
    return [ill('no charge was made: the canary has no secret', 'Fill the secret canary, as said above.')];
  let target;
  try {
    target = parseCanarySecret(text);
  } catch {
    return [
      ill('no charge was made: the secret canary is not readable', 'Fill the secret canary, as said above.'),
    ];
  }
  const { steps } = await canaryCharge({ apiUrl, ...target });
  return steps.map(({ name, ok, detail, elapsedMs }) =>
    ok
      ? well(`${name}: ${detail} (${elapsedMs} ms)`)
      : ill(`${name}: ${detail}`, 'Follow docs/runbook/canary-failed.md.'),
  );
}
