import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../support/aws/emulators';
import { type SecretsManagerEmulator, startSecretsManager } from '../support/aws/secrets-manager';
import { type DeployedFunction, deployFunction } from '../support/cloud/deployed-function';
import { query } from '../support/embedded-postgres-directory';
import { type ProgramUsers, admitProgramUsers } from '../support/program-users';
import { type WholeStores, createWholeStores } from '../support/whole-stores';

const event = { 'detail-type': 'Scheduled Event', source: 'aws.events' };
/** As long as the function keeps in reserve: each run ends after one page of each check, of 1,000 events. */
const timeoutMs = 60_000;
const mostRuns = 30;

describe('the verification, as it is uploaded', () => {
  let secrets: SecretsManagerEmulator;
  let whole: WholeStores;
  let users: ProgramUsers;
  let deployed: DeployedFunction;
  let variables: Readonly<Record<string, string>>;
  beforeAll(async () => {
    secrets = await startSecretsManager();
    whole = await createWholeStores();
    await whole.addCharges(240);
    await whole.asOwner(`INSERT INTO relay.stage (name) VALUES ('test')`);
    users = await admitProgramUsers(whole.url);
    variables = await environment();
    deployed = deployFunction({ name: 'verification', environment: variables, timeoutMs });
  }, 120_000);
  afterAll(async () => {
    await deployed.stop();
    await users.drop();
    await whole.close();
    await secrets.stop();
  });

  async function environment(): Promise<Record<string, string>> {
    const url = users.urlOf('verification');
    const client = new SecretsManagerClient(clientSettings(secrets));
    const { password } = users;
    await client.send(new CreateSecretCommand({ Name: 'login', SecretString: JSON.stringify({ password }) }));
    client.destroy();
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      FINCORE_STAGE: 'test',
      FINCORE_REGION: 'eu-central-1',
      FINCORE_DATABASE_AUTH: 'password',
      FINCORE_DATABASE_SECRET_ARN: 'login',
      ...Object.fromEntries(
        ['JOURNAL', 'READ_MODELS', 'LEDGER', 'AUDIT'].map((store) => [`FINCORE_${store}_URL`, url]),
      ),
    };
  }

  /** Until nothing is left to verify. @returns how many runs it took */
  async function untilSound(): Promise<number> {
    for (let runs = 1; runs <= mostRuns; runs += 1) {
      const said = deployed.lines().length;
      await deployed.invoke(event);
      if (deployed.lines().slice(said).join('\n').includes('"outcome":"sound"')) return runs;
    }
    throw new Error(`nothing came to an end in ${String(mostRuns)} runs:\n${deployed.lines().join('\n')}`);
  }

  test('goes on where the last run stopped, until everything is verified, and tells how far it is', async () => {
    expect(await untilSound()).toBeGreaterThan(2);
    const said = deployed.lines().join('\n');
    expect(said).toMatch(/"WholeVerificationPercent":83\.\d+/);
    expect(said).toMatch(/"Name":"WholeVerificationAgeSeconds","Unit":"Seconds"/);
    expect(said).toMatch(/"journal: 1200 events in 240 streams, no gap".*"isSound":true/);
    const [row] = await query<{ isKept: boolean }>(
      whole.url,
      `SELECT kept->>'recent' IS NOT NULL AND kept->>'whole' IS NULL AS "isKept" FROM verification.passes`,
    );
    expect(row).toEqual({ isKept: true });
  }, 120_000);

  test('finds an old event that was altered when it goes through everything again, also in another environment', async () => {
    await deployed.stop();
    deployed = deployFunction({ name: 'verification', environment: variables, timeoutMs });
    await whole.asOwner(
      `UPDATE journal.events SET recorded_at = recorded_at + interval '1 second' WHERE position = 7`,
    );
    await untilSound();
    await expect(deployed.invoke({ whole: true })).rejects.toThrow('seals: position 7: digest is');
    expect(deployed.lines().join('\n')).toMatch(/"ChainBroken":1/);
  }, 120_000);

  test.each([{ again: 'yes' }, { new: true }, { 'detail-type': 'Something else' }])(
    'is not asked for anything by %j, and says what it takes',
    async (asked) => {
      await expect(deployed.invoke(asked)).rejects.toThrow('takes {"whole":true}');
    },
  );
});
