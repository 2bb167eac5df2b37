import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { parseCanarySecret } from '../canary/canary-secret';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';
import type { StageMap } from './stage-map';

/** What a secret must hold, by its name; null when it does, otherwise what is wrong, without the secret. */
const faultOf: Readonly<Record<string, (text: string) => string | null>> = {
  stripe: (text) =>
    jsonWith(text, {
      secret_key: /^(sk|rk)_(test|live)_\w+$/,
      webhook_secret: /^whsec_\w+$/,
    }),
  operator: (text) => (text.length >= 24 ? null : 'it has fewer than 24 characters'),
  canary: (text) => {
    try {
      parseCanarySecret(text);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

/** Every secret is there, filled, and of the form that the programs read. No value is shown. */
export const examineSecrets = (
  { secrets: client }: Pick<AwsClients, 'secrets'>,
  { secrets }: Pick<StageMap, 'secrets'>,
): Promise<readonly Diagnosis[]> =>
  Promise.all(
    secrets.map(async ({ name, arn }) => {
      const text = await readSecret(client, arn);
      if (text === null) return ill(`the secret ${name} has no value`, fill(arn));
      const fault = faultOf[name]?.(text) ?? null;
      return fault === null ? well(`${name} is there`) : ill(`the secret ${name}: ${fault}`, fill(arn));
    }),
  );

/** Null for a secret that is not there, or has never been filled: AWS answers the same to both. */
export async function readSecret(client: AwsClients['secrets'], arn: string): Promise<string | null> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return SecretString === undefined || SecretString === '' ? null : SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

const fill = (arn: string): string =>
  `Put its value: aws secretsmanager put-secret-value --secret-id ${arn} --secret-string file://…`;

function jsonWith(text: string, fields: Readonly<Record<string, RegExp>>): string | null {
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return 'it is not JSON';
  }
  for (const [field, pattern] of Object.entries(fields)) {
    const value = parsed[field];
    if (typeof value !== 'string') return `${field} is missing`;
    if (!pattern.test(value)) return `${field} has not the form ${pattern.source}`;
  }
  return null;
}
