import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createSnsNotifier } from '../../../src/adapters/aws/sns/sns-notifier';
import { NotificationFailed, subjectLine, type Notification, type Severity } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { clientSettings, startFauxqs } from '../../support/aws/emulators';
import { notifierContract } from './notifier.contract';

let emulator: Emulator;
let topics = 0;
beforeAll(async () => {
  emulator = await startFauxqs();
});
afterAll(() => emulator.stop());

interface Envelope {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: { readonly severity: { readonly Value: Severity } };
}

/** A topic, and a queue that subscribes to it. */
async function openSns() {
  const client = new SNSClient(clientSettings(emulator));
  const sqs = new SQSClient(clientSettings(emulator));
  const name = `alarms-${String((topics += 1))}`;
  const { TopicArn: topicArn = '' } = await client.send(new CreateTopicCommand({ Name: name }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await client.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
  );
  return {
    client,
    notifier: createSnsNotifier({ client, topicArn }),
    told: async (): Promise<readonly Notification[]> => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = '' }) => {
        const { Subject, Message, MessageAttributes } = JSON.parse(Body) as Envelope;
        return { subject: Subject, message: Message, severity: MessageAttributes.severity.Value };
      });
    },
    close: () => {
      client.destroy();
      sqs.destroy();
      return Promise.resolve();
    },
  };
}

notifierContract('SNS', openSns);

test('a topic that is not there fails by name', async () => {
  const { client, close } = await openSns();
  const topicArn = 'arn:aws:sns:eu-central-1:000000000000:no-such-topic';
  const notifier = createSnsNotifier({ client, topicArn });
  const failing = notifier.notify({ subject: 'a', message: 'b', severity: 'info' });
  await expect(failing).rejects.toThrow(NotificationFailed);
  await expect(failing).rejects.toThrow(/no-such-topic/);
  await close();
});

test.each([
  ['two\nlines', 'two lines'],
  ['ünusual 🙂 signs', 'nusual signs'],
  ['', 'FinCore'],
  ['x'.repeat(101), `${'x'.repeat(97)}...`],
])('the subject "%s" is told in one line of at most 100 plain characters', (subject, line) => {
  expect(subjectLine(subject)).toBe(line);
});
