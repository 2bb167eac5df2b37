import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../support/aws/emulators';
import { type SecretsManagerEmulator, startSecretsManager } from '../support/aws/secrets-manager';
import { type DeployedFunction, deployFunction } from '../support/cloud/deployed-function';

/** Each function by itself, as it is uploaded. What functions do together is the matter of test/system. */
const project = join(__dirname, '..', '..');
const functions = readdirSync(join(project, 'lambdas'));
const deployed: DeployedFunction[] = [];
afterEach(async () => {
  await Promise.all(deployed.splice(0).map((each) => each.stop()));
});

function deploy(name: string, environment: Readonly<Record<string, string>>): DeployedFunction {
  const one = deployFunction({ name, environment });
  deployed.push(one);
  return one;
}

/** What a function said, and how it ended: some fail, the hook of a deployment answers. */
async function outcomeOf(one: DeployedFunction, event: object): Promise<string> {
  const answer = await one.invoke(event).then(JSON.stringify, String);
  return [answer, ...one.lines()].join('\n');
}

test.each(functions)('%s is bundled, and says which variable it misses', async (name) => {
  expect(existsSync(join(project, 'dist', 'lambdas', name, 'index.js'))).toBe(true);
  expect(await outcomeOf(deploy(name, { AWS_REGION: '' }), {})).toMatch(/FINCORE_\w+ is not set/);
});

describe('green-canary, called by ECS in the middle of a deployment', () => {
  /** @source the AWS documentation of ECS, "Lifecycle hooks" */
  const event = {
    executionDetails: {
      testTrafficWeights: {},
      productionTrafficWeights: {},
      serviceArn: 'arn:aws:ecs:eu-central-1:111111111111:service/fincore/api',
      targetServiceRevisionArn:
        'arn:aws:ecs:eu-central-1:111111111111:service-revision/fincore/api/2222222222222222222',
    },
    executionId: 'a635edb5-a66b-4f44-bf3f-fcee4b3641a5',
    lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
    resourceArn: 'arn:aws:ecs:eu-central-1:111111111111:service-deployment/fincore/api/TFX5sH9q9XDboDTOv0rIt',
  };
  let secrets: SecretsManagerEmulator;
  beforeAll(async () => {
    secrets = await startSecretsManager();
    const client = new SecretsManagerClient(clientSettings(secrets));
    const put = (Name: string, SecretString: string) =>
      client.send(new CreateSecretCommand({ Name, SecretString }));
    await put('unfilled', 'made by the stack');
    await put('filled', '{"secret_key": "sk_test_1", "payment_token": "tok_visa"}');
    client.destroy();
  });
  afterAll(() => secrets.stop());

  it.each([
    ['an API that does not answer', 'filled', 'FAILED'],
    ['a secret that nobody has filled yet', 'unfilled', 'SUCCEEDED'],
    ['a secret that does not exist', 'nowhere', 'FAILED'],
  ])('%s: %s is %s', async (_, secret, hookStatus) => {
    const canary = deploy('green-canary', {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      FINCORE_PUBLIC_URL: 'http://127.0.0.1:1',
      FINCORE_CANARY_SECRET_ARN: secret,
    });
    expect(await canary.invoke(event)).toEqual({ hookStatus });
    expect(canary.lines().join('\n')).not.toContain('sk_test_1');
  });
});
