import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArtifactsEncryptionMode, Canary, Code, Runtime, Schedule, Test } from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { CanaryEnvironment } from '../../lambdas/canary/environment';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
import { EncryptedLogGroup } from '../constructs/encrypted-log-group';
import { letPut, networkInterfacesOfFunction } from '../constructs/narrow-grants';
import { PrivateBucket } from '../constructs/private-bucket';
import { alarmCatalogue } from './alarm-catalogue';
import type { AlarmSubject } from './alarm-subjects';

export interface ChargeCanaryResources {
  /** Encrypts what the canary saw. */
  readonly key: IKey;
  /** Where access to what it saw is logged. */
  readonly accessLogs: IBucket;
  /** The key of the canary's merchant and the token of its card, as JSON; filled by an operator. */
  readonly secret: ISecret;
  /** From where it calls: an API that is not public lets the addresses of its own network in. @default from outside, as callers do */
  readonly network?: { readonly vpc: IVpc; readonly subnets: SubnetSelection };
}

export interface ChargeCanaryProps extends ChargeCanaryResources {
  readonly configuration: StageConfiguration;
}

const everyMinutes = 5;
/** Longer than all its steps may take together. */
const timeoutMinutes = 2;
const keptDays = 31;

/** A charge and its refund every few minutes, made as a merchant makes them. */
export class ChargeCanary extends Construct {
  readonly canary: Canary;
  readonly logGroup: EncryptedLogGroup;

  constructor(scope: Construct, id: string, props: ChargeCanaryProps) {
    super(scope, id);
    const { configuration, key, accessLogs, secret, network } = props;
    const environment: CanaryEnvironment = {
      FINCORE_PUBLIC_URL: `https://${configuration.api.domainName}`,
      FINCORE_CANARY_SECRET_ARN: secret.secretArn,
    };
    const artifacts = new PrivateBucket(this, 'Seen', {
      configuration,
      key,
      accessLogs,
      lifecycleRules: [{ expiration: Duration.days(keptDays) }],
    });
    const role = this.createRole(artifacts, network !== undefined);
    this.canary = new Canary(this, 'Charge', {
      role,
      runtime: Runtime.SYNTHETICS_NODEJS_PUPPETEER_13_0,
      test: Test.custom({ code: Code.fromInline(canaryCode()), handler: 'index.handler' }),
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      timeout: Duration.minutes(timeoutMinutes),
      environmentVariables: { ...environment },
      environmentEncryption: key,
      artifactsBucketLocation: { bucket: artifacts },
      artifactS3EncryptionMode: ArtifactsEncryptionMode.KMS,
      artifactS3KmsKey: key,
      successRetentionPeriod: Duration.days(keptDays),
      failureRetentionPeriod: Duration.days(keptDays),
      activeTracing: true,
      provisionedResourceCleanup: true,
      ...(network === undefined ? {} : { vpc: network.vpc, vpcSubnets: network.subnets }),
    });
    secret.grantRead(role);
    key.grantDecrypt(role);
    this.logGroup = this.createLogGroup(props, role);
    acceptCanary(role);
  }

  /**
   * Lets the canary do what Synthetics asks for, but for making its own log group: that one would keep its lines for ever, under no
   * key of the stage.
   * @source https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
   */
  private createRole(artifacts: PrivateBucket, isInside: boolean): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Charges the stage from outside',
    });
    letPut(role, artifacts);
    const statements = [
      { actions: ['s3:GetBucketLocation'], resources: [artifacts.bucketArn] },
      { actions: ['s3:ListAllMyBuckets', 'xray:PutTraceSegments'], resources: ['*'] },
      {
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } },
      },
    ];
    for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
    if (isInside) role.addToPolicy(networkInterfacesOfFunction());
    return role;
  }

  /** Under the name by which the function of the canary logs. Its policy is apart: the role is made before the canary. */
  private createLogGroup({ configuration, key }: ChargeCanaryProps, role: Role): EncryptedLogGroup {
    const { canaryName, canaryId } = this.canary;
    const logGroup = new EncryptedLogGroup(this, 'LogGroup', {
      configuration,
      key,
      logGroupName: `/aws/lambda/cwsyn-${canaryName}-${canaryId}`,
    });
    new Policy(this, 'Logs', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
      ],
    });
    return logGroup;
  }
}

function acceptCanary(role: Role): void {
  const until = '2027-11-30';
  acceptFindings(
    role,
    {
      rule: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Metrics of the namespace of canaries, segments of X-Ray, network interfaces and the list of buckets have no resource.',
      until,
    },
    {
      rule: 'AwsSolutions-IAM5[Resource::<CanarySeenAC592B68.Arn>/*]',
      reason: 'It writes what it saw to a bucket of its own, under names that it makes up.',
      until,
    },
  );
  for (const action of ['kms:GenerateDataKey*', 'kms:ReEncrypt*']) {
    acceptFindings(role, {
      rule: `AwsSolutions-IAM5[Action::${action}]`,
      reason: 'The construct of the library lets a canary encrypt what it saw, with one key.',
      until,
    });
  }
}

export const canarySubject = ({ canary }: ChargeCanary): AlarmSubject => ({
  alarm: 'canary-failed',
  name: '',
  metric: canary.metricSuccessPercent({
    period: Duration.minutes(alarmCatalogue['canary-failed'].periodMinutes),
    statistic: Stats.AVERAGE,
  }),
});

/** The SDK is part of the runtime; everything else is in the text, which CloudFormation carries. */
function canaryCode(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '..', '..', 'lambdas', 'canary', 'handler.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    write: false,
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error('esbuild made nothing of lambdas/canary/handler.ts');
  return text;
}
