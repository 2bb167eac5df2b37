import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { NotificationFailed, subjectLine, type Notifier } from '../../../core/ports';

export interface SnsNotifierOptions {
  readonly client: SNSClient;
  readonly topicArn: string;
  /** The SDK's own tries included. @default 5000 */
  readonly timeoutMs?: number;
}

/** SNS takes 256 KiB; a character has at most four bytes. */
const longestMessage = 60_000;

/** The severity goes along as an attribute, so that subscriptions can choose by it. */
export const createSnsNotifier = ({ client, topicArn, timeoutMs = 5_000 }: SnsNotifierOptions): Notifier => ({
  notify: async ({ subject, message, severity }) => {
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectLine(subject),
      Message: message.slice(0, longestMessage),
      MessageAttributes: { severity: { DataType: 'String', StringValue: severity } },
    });
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw new NotificationFailed(`${topicArn} did not take "${subject}"`, { cause: error });
    }
  },
});
