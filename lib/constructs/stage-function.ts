import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { acceptFindings } from './accept-findings';
import type { DatabaseUser } from './database-users';
import { EncryptedLogGroup } from './encrypted-log-group';
import { networkInterfacesOfFunction } from './narrow-grants';

export interface StageFunctionProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  /** Encrypts logs and the environment. */
  readonly operationsKey: IKey;
  /** By which operators know it. */
  readonly name: string;
  /** The folder of lambdas/ that it is made from. @default its name */
  readonly bundle?: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The database user that it signs in as, by a token of its role. Another user is another role: until the function is of
   * the new version, the one before keeps its own. @default it signs in by no token
   */
  readonly databaseUser?: DatabaseUser;
  readonly memoryMiB: number;
  readonly timeout: Duration;
  /** Invocations at once: a share of the account's that no other function takes, and no more than that. */
  readonly reservedConcurrency: number;
}

const bundles = join(__dirname, '..', '..', 'dist', 'lambdas');

/** A function of lambdas/ as all of them run: in the private network, traced, with a log of its own and a share of its own. */
export class StageFunction extends LambdaFunction {
  /** By which operators know it. */
  readonly programName: string;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    const { configuration, vpc, operationsKey, name, description, environment, memoryMiB, timeout } = props;
    const roleId = props.databaseUser === undefined ? `${id}Role` : `${id}Role-${props.databaseUser}`;
    const securityGroup = new SecurityGroup(scope, `${id}SecurityGroup`, {
      vpc,
      description,
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services and the PSP');
    const logGroup = new EncryptedLogGroup(scope, `${id}LogGroup`, { configuration, key: operationsKey });
    super(scope, id, {
      description,
      role: createRole(scope, roleId, description, logGroup),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(bundles, props.bundle ?? name)),
      memorySize: memoryMiB,
      timeout,
      reservedConcurrentExecutions: props.reservedConcurrency,
      tracing: Tracing.ACTIVE,
      vpc,
      vpcSubnets: { subnetGroupName: subnetGroups.application },
      securityGroups: [securityGroup],
      logGroup,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      environmentEncryption: operationsKey,
    });
    this.programName = name;
  }
}

/** A role of its own, without the managed policies that the library would add: those let it write every log. */
function createRole(scope: Construct, id: string, description: string, logGroup: EncryptedLogGroup): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description });
  logGroup.grantWrite(role);
  role.addToPolicy(networkInterfacesOfFunction());
  acceptFindings(role, {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Lambda checks the permissions for network interfaces, and X-Ray those for segments, without a resource: neither has an ARN beforehand.',
    until: '2027-11-30',
  });
  return role;
}
