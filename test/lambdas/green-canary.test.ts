import { type SecretsManagerEmulator, startSecretsManager } from '../support/aws/secrets-manager';
import { type DeployedFunction, deployFunction } from '../support/cloud/deployed-function';

let secrets: SecretsManagerEmulator;
let deployed: DeployedFunction;
beforeAll(async () => {
  secrets = await startSecretsManager();
  deployed = deployFunction({
    name: 'green-canary',
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      FINCORE_PUBLIC_URL: 'https://pay.example.com',
      FINCORE_CANARY_SECRET_ARN: 'canary',
    },
    timeoutMs: 30_000,
  });
});
afterAll(async () => {
  await deployed.stop();
  await secrets.stop();
});

test('a secret that is not told in time takes the new version back, before the time of the function is over', async () => {
  secrets.behave('hangs');
  expect(await deployed.invoke({})).toEqual({ hookStatus: 'FAILED' });
});
