import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startCloudFormation } from '../../support/aws/cloud-formation';
import { type StandingAlarm, startCloudWatch } from '../../support/aws/cloud-watch';
import { clientSettings, startFauxqs, startKinesalite } from '../../support/aws/emulators';
import { startSecretsManager } from '../../support/aws/secrets-manager';
import { eventually } from '../../support/eventually';

export const stacks = ['Network', 'Data', 'Streaming', 'PaymentApi', 'Functions', 'Admin', 'Observability'];
export const alarmIds = ['dead-letters', 'relay-silent', 'server-errors'];

const stripeSecret = JSON.stringify({ secret_key: 'sk_test_doctor', webhook_secret: 'whsec_doctor' });

/** A stage as the stacks would leave it, on emulators, in front of an API that is there already. */
export async function deployStage(api: { readonly url: string; readonly secretKey: string }) {
  const [cloudFormation, cloudWatch, fauxqs, kinesis, secretsManager] = await Promise.all([
    startCloudFormation(),
    startCloudWatch(),
    startFauxqs(),
    startKinesalite(),
    startSecretsManager(),
  ]);
  const sqs = new SQSClient(clientSettings(fauxqs));
  const sns = new SNSClient(clientSettings(fauxqs));
  const secrets = new SecretsManagerClient(clientSettings(secretsManager));
  const streams = new KinesisClient({ ...clientSettings(kinesis), requestHandler: new NodeHttpHandler({}) });

  const payments = await createQueue(sqs, 'payments');
  const followUp = await createQueue(sqs, 'payments-follow-up');
  await createStream(streams, 'journal');
  const topics = await Promise.all(['page', 'warn'].map((name) => createTopic(sns, name)));
  const [page = '', warn = ''] = topics;
  const arns = await Promise.all(
    Object.entries({
      stripe: stripeSecret,
      operator: 'ok_doctor_0123456789abcdef0123',
      canary: JSON.stringify({ secret_key: api.secretKey, payment_token: 'tok_visa' }),
    }).map(async ([name, text]) => {
      const { ARN } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }));
      return ARN ?? '';
    }),
  );
  const outputs = {
    FinCoreStage: 'dev',
    ApiUrl: api.url,
    StreamName: 'journal',
    TopicPage: page,
    TopicWarn: warn,
    QueuePayments: payments.url,
    DeadLettersPayments: payments.deadLetterUrl,
    QueuePaymentsFollowUp: followUp.url,
    DeadLettersPaymentsFollowUp: followUp.deadLetterUrl,
    SecretStripe: arns[0] ?? '',
    SecretOperator: arns[1] ?? '',
    SecretCanary: arns[2] ?? '',
    LogWorker: '/aws/lambda/worker',
  };
  const alarms: readonly StandingAlarm[] = [
    ...alarmIds,
    ...Array.from({ length: 9 }, () => 'dead-letters'),
  ].map((id, index) => ({
    AlarmName: `dev-${id}-${String(index)}`,
    AlarmDescription: `PAGE ${id}\nRunbook: docs/runbook/${id}.md`,
    AlarmActions: [page],
    ActionsEnabled: true,
    StateValue: 'OK',
    StateReason: 'as it should be',
  }));
  const deployed = stacks.map((name) => ({
    name: `FinCore-dev-${name}`,
    status: 'CREATE_COMPLETE',
    ...(name === 'Observability' ? { outputs } : {}),
  }));
  const foreign = [
    { name: 'Somebody-else', status: 'ROLLBACK_COMPLETE', outputs: { FinCoreStage: 'staging' } },
  ];

  return {
    /** What the SDK's clients of the program under test are told. */
    environment: {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      AWS_ENDPOINT_URL_SQS: fauxqs.endpoint,
      AWS_ENDPOINT_URL_SNS: fauxqs.endpoint,
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    },
    outputs,
    alarms,
    sqs,
    secretsManager,
    /** Everything as it belongs. */
    heal() {
      cloudFormation.deploy([...foreign, ...deployed]);
      cloudWatch.set(alarms);
      secretsManager.behave('well');
    },
    setStacks: (change: (all: typeof deployed) => Parameters<typeof cloudFormation.deploy>[0]) =>
      cloudFormation.deploy([...foreign, ...change(deployed)]),
    setAlarms: (change: (all: typeof alarms) => readonly StandingAlarm[]) => cloudWatch.set(change(alarms)),
    setOutputs: (change: Readonly<Record<string, string>>) =>
      cloudFormation.deploy([
        ...foreign,
        ...deployed.map((stack) =>
          'outputs' in stack ? { ...stack, outputs: { ...outputs, ...change } } : stack,
        ),
      ]),
    putSecret: (name: string, text: string) =>
      secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: text })),
    async createBareQueue(name: string): Promise<string> {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      return QueueUrl;
    },
    /** A topic that nobody listens to. */
    async createBareTopic(): Promise<string> {
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'nobody' }));
      return TopicArn;
    },
    async stop() {
      for (const client of [sqs, sns, secrets, streams]) client.destroy();
      await Promise.all(
        [cloudFormation, cloudWatch, fauxqs, kinesis, secretsManager].map((emulator) => emulator.stop()),
      );
    },
  };
}

export type DeployedStage = Awaited<ReturnType<typeof deployStage>>;

async function createQueue(sqs: SQSClient, name: string) {
  const { QueueUrl: deadLetterUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-dead` }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 }),
      },
    }),
  );
  return { url, deadLetterUrl };
}

async function createStream(client: KinesisClient, name: string): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 2 }));
  await eventually(async () => {
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    expect(StreamDescriptionSummary?.StreamStatus).toBe('ACTIVE');
  });
}

async function createTopic(sns: SNSClient, name: string): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:eu-central-1:000000000000:${name}`,
    }),
  );
  return TopicArn;
}
