import { Duration } from 'aws-cdk-lib';
import {
  BuildSpec,
  ComputeType,
  LinuxArmBuildImage,
  PipelineProject,
  type BuildEnvironmentVariable,
} from 'aws-cdk-lib/aws-codebuild';
import { type IVpc, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { EncryptedLogGroup } from '../constructs/encrypted-log-group';

/** Every file of lib/pipeline/buildspecs. */
export const buildspecs = [
  'test',
  'image',
  'prepare-stage',
  'take-over',
  'examine-stage',
  'load-stage',
] as const;
export type BuildspecName = (typeof buildspecs)[number];

export interface BuildProps {
  readonly buildspec: BuildspecName;
  readonly description: string;
  readonly vpc: IVpc;
  readonly key: IKey;
  readonly logRetentionDays: 30 | 90 | 180 | 365;
  /** Containers are built in it, which only a privileged one can. @default false */
  readonly buildsContainers?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default one of its own */
  readonly role?: IRole;
}

const timeout = Duration.hours(1);

/** One step of the pipeline: a file of the repository, run on Arm like everything else, in the pipeline's network. */
export class Build extends PipelineProject {
  constructor(scope: Construct, id: string, props: BuildProps) {
    const { buildspec, description, vpc, key, logRetentionDays, environment = {} } = props;
    const { buildsContainers = false, role } = props;
    const securityGroup = new SecurityGroup(scope, `${id}SecurityGroup`, {
      vpc,
      description,
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS, packages and the stages');
    const logGroup = new EncryptedLogGroup(scope, `${id}Log`, {
      configuration: { logRetentionDays, isProtected: true },
      key,
    });
    super(scope, id, {
      description,
      buildSpec: BuildSpec.fromSourceFilename(`lib/pipeline/buildspecs/${buildspec}.yml`),
      encryptionKey: key,
      environment: {
        buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        computeType: ComputeType.LARGE,
        privileged: buildsContainers,
      },
      environmentVariables: variables(environment),
      timeout,
      vpc,
      subnetSelection: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
      logging: { cloudWatch: { logGroup } },
      grantReportGroupPermissions: false,
      ...(role === undefined ? {} : { role }),
    });
  }
}

const variables = (texts: Readonly<Record<string, string>>): Record<string, BuildEnvironmentVariable> =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { value }]));
