import {
  GetTopicAttributesCommand,
  NotFoundException,
  paginateListSubscriptionsByTopic,
} from '@aws-sdk/client-sns';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';
import type { StageMap } from './stage-map';

/** What SNS says in place of an ARN until somebody has confirmed. */
const unconfirmed = 'PendingConfirmation';

/** Every topic has a subscription that is confirmed. */
export const examineTopics = (
  { sns }: Pick<AwsClients, 'sns'>,
  { topics }: Pick<StageMap, 'topics'>,
): Promise<readonly Diagnosis[]> =>
  Promise.all(
    topics.map(async ({ name, arn }) => {
      const subscriptions = await subscriptionsOf(sns, arn);
      if (subscriptions === null)
        return ill(`there is no topic ${name} (${arn})`, 'Deploy the stack Observability again.');
      const pending = subscriptions.filter(({ state }) => state === unconfirmed);
      const [first] = pending;
      if (first !== undefined)
        return ill(
          `${pending.length} of ${subscriptions.length} subscribers of ${name} have not confirmed: ${first.endpoint}`,
          'Open the mail from AWS Notifications and confirm it.',
        );
      if (subscriptions.length === 0)
        return ill(
          `nobody learns of a ${name}`,
          'Name an address in alarms.emails of the stage, and deploy.',
        );
      return well(`${name}: ${subscriptions.length} confirmed`);
    }),
  );

async function subscriptionsOf(sns: AwsClients['sns'], arn: string) {
  const found: { readonly endpoint: string; readonly state: string }[] = [];
  try {
    await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: arn }))
      for (const { Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
        found.push({ endpoint: Endpoint, state: SubscriptionArn });
    return found;
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
}
