import { SecretValue } from 'aws-cdk-lib';
import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Effect, ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { StageKey } from '../constructs/stage-key';
import type { Severity } from './alarm-definition';

export interface AlarmTopicsProps {
  readonly configuration: Pick<StageConfiguration, 'stage' | 'alarms' | 'isProtected'>;
}

/** Where alarms go: one topic for each severity, and those who listen to it. */
export class AlarmTopics extends Construct {
  private readonly topics: Readonly<Record<Severity, Topic>>;

  constructor(scope: Construct, id: string, { configuration }: AlarmTopicsProps) {
    super(scope, id);
    const key = this.createKey(configuration);
    this.topics = { page: this.createTopic('Page', key), warn: this.createTopic('Warn', key) };
    const { emails, pagerDuty, slack } = configuration.alarms;
    const all = [this.topics.page, this.topics.warn];
    for (const topic of all)
      for (const address of emails) topic.addSubscription(new EmailSubscription(address));
    // Warnings wait for the morning: anyone who is paged by them stops reading pages.
    if (pagerDuty !== null) this.page(pagerDuty.secretName);
    if (slack !== null)
      new SlackChannelConfiguration(this, 'Slack', {
        slackChannelConfigurationName: `fincore-${configuration.stage}`,
        slackWorkspaceId: slack.workspaceId,
        slackChannelId: slack.channelId,
        notificationTopics: all,
        loggingLevel: LoggingLevel.ERROR,
        // Anyone who is in the channel may look, and nothing else.
        guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess')],
        userRoleRequired: true,
      });
  }

  topicOf(severity: Severity): Topic {
    return this.topics[severity];
  }

  /** The key of the alarms themselves: CloudWatch must be able to use it, and no other key of the stage opens to it. */
  private createKey(configuration: Pick<StageConfiguration, 'isProtected'>): Key {
    const key = new StageKey(this, 'Key', { configuration, description: 'Alarms on their way to people' });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': key.stack.account } },
      }),
    );
    return key;
  }

  private createTopic(name: string, key: Key): Topic {
    const topic = new Topic(this, name, { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': topic.stack.account } },
      }),
    );
    return topic;
  }

  /** The integration URL is as good as a password: CloudFormation reads it when it deploys, and no template shows it. */
  private page(secretName: string): void {
    this.topics.page.addSubscription(
      new UrlSubscription(SecretValue.secretsManager(secretName).unsafeUnwrap(), {
        protocol: SubscriptionProtocol.HTTPS,
      }),
    );
  }
}
