import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArtifactsEncryptionMode, Canary, Code, Runtime, Schedule, Test } from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { CanaryEnvironment } from '../../lambdas/canary/environment';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
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
  /** Whether it calls from inside the network. */
  private readonly isInside: boolean;

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
    this.canary = new Canary(this, 'Charge', {
      runtime: Runtime.SYNTHETICS_NODEJS_3_1,
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
    secret.grantRead(this.canary.role);
    key.grantDecrypt(this.canary.role);
    this.isInside = network !== undefined;
    this.acceptFindings(configuration);
  }

  private acceptFindings({ account, region }: StageConfiguration): void {
    const until = '2027-11-30';
    const canary = 'The construct of the library gives a canary what every canary needs: ';
    acceptFindings(
      this.canary,
      {
        rule: 'AwsSolutions-IAM5[Resource::*]',
        reason: `${canary}metrics of its own namespace, segments of X-Ray and the list of buckets have no resource.`,
        until,
      },
      {
        rule: 'AwsSolutions-IAM5[Resource::<CanarySeenAC592B68.Arn>/*]',
        reason: `${canary}it writes what it saw to a bucket of its own, under names that it makes up.`,
        until,
      },
      {
        rule: `AwsSolutions-IAM5[Resource::arn:aws:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-*]`,
        reason: `${canary}the log of its function has a name that is made when the canary is.`,
        until,
      },
    );
    for (const action of ['kms:GenerateDataKey*', 'kms:ReEncrypt*']) {
      acceptFindings(this.canary, {
        rule: `AwsSolutions-IAM5[Action::${action}]`,
        reason: `${canary}it encrypts what it saw with one key.`,
        until,
      });
    }
    if (this.isInside) {
      acceptFindings(this.canary, {
        rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]',
        reason: `${canary}network interfaces in the subnets that it calls from.`,
        until,
      });
    }
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
    target: 'node20',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    write: false,
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error('esbuild made nothing of lambdas/canary/handler.ts');
  return text;
}
