import { Fn } from 'aws-cdk-lib';
import { Connections, type IConnectable, type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { acceptFindings } from './accept-findings';
import { generationOf } from './aurora-store';
import { StageSecret } from './stage-secret';

export interface CacheClusterProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  readonly dataKey: IKey;
  readonly secretKey: IKey;
}

/** The longest token that ElastiCache takes has 128 characters. */
const tokenCharacters = 64;
const cachePort = 6379;

/** Idempotent answers, sessions and rate limits, in memory. Programs compute lost entries again. */
export class CacheCluster extends Construct implements IConnectable {
  readonly connections: Connections;
  readonly replicationGroup: CfnReplicationGroup;
  /** Holds the token that a client says, as `{ "token": … }`. */
  readonly secret: StageSecret;
  readonly url: string;

  constructor(scope: Construct, id: string, { configuration, vpc, dataKey, secretKey }: CacheClusterProps) {
    super(scope, id);
    const { cache, isProtected } = configuration;
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The cache',
      allowAllOutbound: false,
    });
    this.connections = new Connections({
      securityGroups: [securityGroup],
      defaultPort: Port.tcp(cachePort),
    });
    this.secret = new StageSecret(this, 'Token', {
      whyNoSchedule:
        'Only this network reaches the cache, and nothing in it must be kept; a new token comes with a new deployment.',
      description: 'Token of the cache',
      key: secretKey,
      initial: {
        secretStringTemplate: '{}',
        generateStringKey: 'token',
        passwordLength: tokenCharacters,
        excludePunctuation: true,
      },
    });
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Database subnets',
      subnetIds: vpc.selectSubnets({ subnetGroupName: subnetGroups.database }).subnetIds,
    });
    const hasReplicas = cache.replicas > 0;
    const { restoredFrom } = configuration.database;
    // Answers of a journal that goes on from a backup must not be those that the backup does not know.
    const generation = restoredFrom === null ? '' : `-${generationOf(restoredFrom.stores)}`;
    this.replicationGroup = new CfnReplicationGroup(this, `Resource${generation}`, {
      replicationGroupDescription: 'Idempotent answers, sessions, rate limits',
      engine: 'valkey',
      engineVersion: '8.0',
      cacheNodeType: cache.nodeType,
      port: cachePort,
      numNodeGroups: 1,
      replicasPerNodeGroup: cache.replicas,
      automaticFailoverEnabled: hasReplicas,
      multiAzEnabled: hasReplicas,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [securityGroup.securityGroupId],
      atRestEncryptionEnabled: true,
      kmsKeyId: dataKey.keyArn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      authToken: this.secret.secretValueFromJson('token').unsafeUnwrap(),
      snapshotRetentionLimit: isProtected ? 1 : 0,
      autoMinorVersionUpgrade: true,
    });
    if (!hasReplicas)
      acceptFindings(this.replicationGroup, {
        rule: 'AwsSolutions-AEC4',
        reason: 'A stage without replicas loses its cache with the node, and computes again what was in it.',
        until: '2027-11-30',
      });
    const { attrPrimaryEndPointAddress: host, attrPrimaryEndPointPort: port } = this.replicationGroup;
    this.url = Fn.join('', ['rediss://', host, ':', port]);
  }
}
