import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { findingLines } from '../../../src/cli/doctor-command';
import { type Patient, doctor, stageNames } from '../../../src/operations/doctor/doctor';
import { type FinCoreProcess, type Installation, createInstallation } from '../../support/fincore-process';
import { startLoopbackServer } from '../../support/aws/loopback-server';
import { type DeployedStage, alarmIds, deployStage, stacks } from './deployed-stage';

let installation: Installation;
let running: FinCoreProcess;
let stage: DeployedStage;
const before = { ...process.env };

beforeAll(async () => {
  installation = await createInstallation();
  running = await installation.start();
  const { api_url, secret_key } = running.credentials;
  stage = await deployStage({ url: api_url, secretKey: secret_key });
  Object.assign(process.env, stage.environment);
  installation.addEnvironment(stage.environment);
});
afterAll(async () => {
  process.env = before;
  await Promise.all([stage.stop(), installation.remove()]);
});
beforeEach(() => stage.heal());

const patient: Patient = { stage: 'dev', region: 'eu-central-1', stacks, alarms: alarmIds, charges: false };

async function examined(change: Partial<Patient> = {}) {
  const lines: string[] = [];
  const isWell = await doctor({ ...patient, ...change }, (finding) => lines.push(...findingLines(finding)));
  return { isWell, lines, faults: lines.filter((line) => !line.startsWith('ok ')) };
}

test('a stage that is well passes everything, with a charge that was made, booked and refunded', async () => {
  const { isWell, lines, faults } = await examined({ charges: true });
  expect(faults).toEqual([]);
  expect(isWell).toBe(true);
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual(
    expect.arrayContaining([
      'ok stacks 7 stacks are complete',
      'ok queues payments: 0 waiting, no dead letters',
      'ok stream journal is ACTIVE with 2 shards',
      'ok secrets stripe is there',
      'ok alarms 12 alarms are quiet',
      'ok topics page: 1 confirmed',
      'ok api migrations is ready',
      expect.stringMatching(/^ok charge books: 2 entries of ch_\w+, in balance/) as string,
      expect.stringMatching(/^ok charge refund: re_\w+ is succeeded/) as string,
    ]),
  );
  expect(lines.join('\n')).not.toMatch(/sk_test_|whsec_|ok_doctor/);
});

test('the names are lines that a shell takes', async () => {
  const { stdout } = await installation.command('doctor', '--stage', 'dev', '--names');
  const lines = stdout.split('\n');
  expect(lines).toContain("export LOG_WORKER='/aws/lambda/worker'");
  expect(lines).toContain(
    `export DEAD_LETTERS_PAYMENTS_FOLLOW_UP='${stage.outputs.DeadLettersPaymentsFollowUp}'`,
  );
  const names = await stageNames(patient);
  expect(names).toContainEqual(['LOG_WORKER', '/aws/lambda/worker']);
});

test('a stage that nobody deployed is refused by name, with what to do', async () => {
  await expect(examined({ stage: 'production' })).rejects.toThrow(
    'No stack in eu-central-1 says that it belongs to the stage production. Deploy it, or choose',
  );
});

interface Ailment {
  readonly what: string;
  readonly ail: () => unknown;
  readonly change?: () => Partial<Patient>;
  /** What the doctor says, and what it advises. */
  readonly says: readonly [RegExp, RegExp];
}

let stranger: Awaited<ReturnType<typeof startLoopbackServer>> | null = null;
afterEach(async () => {
  await stranger?.stop();
  stranger = null;
});

const ailments: readonly Ailment[] = [
  {
    what: 'a stack that was never deployed',
    ail: () => stage.setStacks((all) => all.filter(({ name }) => !name.endsWith('Functions'))),
    says: [/^FAULT stacks there is no stack Functions$/, /npx cdk deploy/],
  },
  {
    what: 'a stack whose deployment failed',
    ail: () =>
      stage.setStacks((all) =>
        all.map((stack) =>
          stack.name.endsWith('-Data') ? { ...stack, status: 'UPDATE_ROLLBACK_COMPLETE' } : stack,
        ),
      ),
    says: [/^FAULT stacks FinCore-dev-Data is UPDATE_ROLLBACK_COMPLETE$/, /Read its events/],
  },
  {
    what: 'a stack that is being deployed',
    ail: () =>
      stage.setStacks((all) =>
        all.map((stack) =>
          stack.name.endsWith('-Data') ? { ...stack, status: 'UPDATE_IN_PROGRESS' } : stack,
        ),
      ),
    says: [/^FAULT stacks FinCore-dev-Data is UPDATE_IN_PROGRESS$/, /Wait until it has ended/],
  },
  {
    what: 'a queue that is gone',
    ail: () => stage.setOutputs({ QueuePayments: `${stage.outputs.QueuePayments}-gone` }),
    says: [/^FAULT queues there is no queue payments /, /deploy the stack Streaming/],
  },
  {
    what: 'a queue that does not give up into its dead letters',
    ail: async () => stage.setOutputs({ QueuePayments: await stage.createBareQueue('bare') }),
    says: [/^FAULT queues payments does not give up into arn:/, /deploy the stack Streaming/],
  },
  {
    what: 'a dead-letter queue that is gone',
    ail: () => stage.setOutputs({ DeadLettersPayments: `${stage.outputs.DeadLettersPayments}-gone` }),
    says: [/^FAULT queues payments has no dead-letter queue/, /deploy the stack Streaming/],
  },
  {
    what: 'a stream that is gone',
    ail: () => stage.setOutputs({ StreamName: 'nowhere' }),
    says: [/^FAULT stream there is no stream nowhere$/, /deploy the stack Streaming/i],
  },
  {
    what: 'a secret that nobody has filled',
    ail: () =>
      stage.setOutputs({ SecretStripe: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:new' }),
    says: [/^FAULT secrets the secret stripe has no value$/, /put-secret-value --secret-id arn:.*:new/],
  },
  {
    what: 'a secret without one of its parts',
    ail: () => stage.putSecret('stripe', '{"secret_key": "sk_test_doctor"}'),
    says: [/^FAULT secrets the secret stripe: webhook_secret is missing$/, /put-secret-value/],
  },
  {
    what: 'a secret that is no JSON',
    ail: () => stage.putSecret('stripe', 'sk_test_doctor'),
    says: [/^FAULT secrets the secret stripe: it is not JSON$/, /put-secret-value/],
  },
  {
    what: 'secrets that must not be read',
    ail: () => stage.secretsManager.behave('denies'),
    says: [/^FAULT secrets secrets cannot be looked at: AccessDeniedException/, /who may read the stage/],
  },
  {
    what: 'an alarm that is missing',
    ail: () => stage.setAlarms((all) => all.filter(({ AlarmName }) => !AlarmName.includes('relay-silent'))),
    says: [/^FAULT alarms there is no alarm relay-silent$/, /stack Observability/],
  },
  {
    what: 'an alarm that goes off',
    ail: () =>
      stage.setAlarms((all) =>
        all.map((alarm, index) =>
          index === 2 ? { ...alarm, StateValue: 'ALARM', StateReason: '7 of 100 failed' } : alarm,
        ),
      ),
    says: [
      /^FAULT alarms dev-server-errors-2 goes off: 7 of 100 failed$/,
      /docs\/runbook\/server-errors\.md/,
    ],
  },
  {
    what: 'an alarm that was silenced',
    ail: () => stage.setAlarms((all) => all.map((alarm) => ({ ...alarm, ActionsEnabled: false }))),
    says: [/^FAULT alarms dev-dead-letters-0 tells nobody/, /enable-alarm-actions --alarm-names dev-/],
  },
  {
    what: 'a topic that nobody hears',
    ail: async () => stage.setOutputs({ TopicWarn: await stage.createBareTopic() }),
    says: [/^FAULT topics nobody learns of a warn$/, /alarms\.emails/],
  },
  {
    what: 'a topic that is gone',
    ail: () => stage.setOutputs({ TopicWarn: 'arn:aws:sns:eu-central-1:000000000000:gone' }),
    says: [/^FAULT topics there is no topic warn/, /stack Observability/],
  },
  {
    what: 'an API that does not answer',
    ail: () => undefined,
    change: () => ({ url: 'http://127.0.0.1:1' }),
    says: [/^FAULT api http:\/\/127\.0\.0\.1:1\/readyz does not answer: /, /api\.exposure/],
  },
  {
    what: 'a schema that is older than the program',
    ail: async () => {
      stranger = await startLoopbackServer((_request, response) => {
        const checks = { journal: { ready: true }, migrations: { ready: false, detail: 'older' } };
        response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ checks }));
      });
    },
    change: () => ({ url: stranger?.endpoint ?? '' }),
    says: [/^FAULT api migrations is not ready: older$/, /stack PaymentApi/],
  },
  {
    what: 'a canary whose key is refused',
    ail: () => stage.putSecret('canary', '{"secret_key": "sk_test_unknown", "payment_token": "tok_visa"}'),
    change: () => ({ charges: true }),
    says: [/^FAULT charge charge: the charge was answered 401/, /canary-failed\.md/],
  },
  {
    what: 'a card that is declined',
    ail: () =>
      stage.putSecret(
        'canary',
        JSON.stringify({
          secret_key: running.credentials.secret_key,
          payment_token: 'tok_chargeDeclinedExpiredCard',
        }),
      ),
    change: () => ({ charges: true }),
    says: [/^FAULT charge charge: ch_\w+ is failed after .*expired_card/, /canary-failed\.md/],
  },
  {
    what: 'a canary that has nothing to charge with',
    ail: () => stage.putSecret('canary', '{"secret_key": "sk_test_x"}'),
    change: () => ({ charges: true }),
    says: [/^FAULT charge no charge was made/, /Fill the secret canary/],
  },
];

test.each(ailments)('finds $what, and says what to do', async ({ ail, change = () => ({}), says }) => {
  await ail();
  const { isWell, faults } = await examined(change());
  expect(isWell).toBe(false);
  const [said, advised] = says;
  const at = faults.findIndex((line) => said.test(line.replace(/\s+/g, ' ')));
  expect([at, faults]).not.toEqual([-1, faults]);
  expect(faults[at + 1]).toMatch(advised);
});

test('counts dead letters, and ends the program with 1', async () => {
  await stage.sqs.send(
    new SendMessageCommand({ QueueUrl: stage.outputs.DeadLettersPayments, MessageBody: 'a job' }),
  );
  const ended = await installation.command('doctor', '--stage', 'dev', '--no-charge');
  expect(ended.stdout.replace(/ +/g, ' ')).toContain(
    'FAULT queues 1 dead letter of payments; there should be none',
  );
  expect(ended.stdout).toContain('Follow docs/runbook/dead-letters.md.');
  expect(ended.code).toBe(1);
});

test('a stage that is not configured is refused before anything is asked', async () => {
  const ended = await installation.command('doctor', '--stage', 'moon');
  expect(ended.stderr).toContain("'moon' is invalid. Allowed choices are dev, staging, production.");
  expect(ended.code).toBe(2);
});
