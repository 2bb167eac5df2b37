import { createHash } from 'node:crypto';
import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import { type IConnectable, InstanceType, type IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  AuroraPostgresEngineVersion,
  CaCertificate,
  type CfnDBCluster,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseProxy,
  DefaultAuthScheme,
  type IClusterInstance,
  ParameterGroup,
  ProxyTarget,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { acceptFindings } from './accept-findings';
import type { DatabaseUser } from './database-users';
import { EncryptedLogGroup } from './encrypted-log-group';

export interface AuroraStoreProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  /** The backup that the cluster begins from; null for an empty one. */
  readonly restoredFrom: string | null;
  /** Encrypts the data. */
  readonly dataKey: IKey;
  /** Encrypts the administrator's password. */
  readonly secretKey: IKey;
  /** Encrypts the logs. */
  readonly operationsKey: IKey;
}

/** The database in each cluster; stores are schemas in it, and are never joined. */
export const databaseName = 'fincore';
/** Owns the schemas; only the migration task connects as it. */
export const administrator = 'fincore_admin';

/** Readers take at most this long after the last connection before a cluster without a minimum pauses. */
const pauseAfter = Duration.minutes(5);
/** Statements that take longer are logged. */
const slowStatementMs = 1_000;
const engine = DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_18_4 });

/**
 * A way to the database. Tasks live long, pool their own connections, listen for commits and hold locks: they connect
 * to the cluster. Functions come and go: they share the connections of the proxy.
 */
export type DatabaseRoute = 'task' | 'function';

/** Where a program is in the network, and who it is. */
export interface DatabaseCaller {
  readonly network: IConnectable;
  readonly identity: IGrantable;
}

/** An Aurora PostgreSQL cluster with the proxy before it, where the stage has one. */
export class AuroraStore extends Construct {
  readonly cluster: DatabaseCluster;
  readonly proxy: DatabaseProxy | null;
  /** Made, kept and rotated every seven days by RDS. */
  readonly administratorSecret: ISecret;
  private readonly secretKey: IKey;
  /** The database user that RDS Proxy uses on behalf of its clients. */
  private readonly proxyRole: Role | null;

  constructor(scope: Construct, id: string, props: AuroraStoreProps) {
    super(scope, id);
    this.secretKey = props.secretKey;
    this.cluster = this.createCluster(props);
    const { secret } = this.cluster;
    if (secret === undefined)
      throw new Error('RDS manages the password of the administrator, so there is a secret.');
    this.administratorSecret = secret;
    this.proxyRole = props.configuration.database.proxy
      ? new Role(this, 'ProxyRole', { assumedBy: new ServicePrincipal('rds.amazonaws.com') })
      : null;
    this.proxy = this.proxyRole === null ? null : this.createProxy(props, this.proxyRole);
  }

  /** The URL for a program on this route: without a password, which is an IAM token or read from a secret. */
  urlFor(user: string, route: DatabaseRoute): string {
    const { hostname, port } = this.cluster.clusterEndpoint;
    const host = route === 'function' && this.proxy !== null ? this.proxy.endpoint : hostname;
    return `postgres://${user}@${host}:${port}/${databaseName}`;
  }

  /** Opens the network for a program, and lets it sign in as its own user and as nobody else. */
  admit({ network, identity }: DatabaseCaller, user: DatabaseUser, route: DatabaseRoute): void {
    this.openTo(network, route);
    const proxy = route === 'function' ? this.proxy : null;
    (proxy ?? this.cluster).grantConnect(identity, user);
    // The proxy signs in again, by a token of its own role.
    if (proxy !== null && this.proxyRole !== null) this.cluster.grantConnect(this.proxyRole, user);
  }

  /** Opens the network for a program, and lets it log in as the administrator. */
  letAdminister({ network, identity }: DatabaseCaller): void {
    this.openTo(network, 'task');
    Grant.addToPrincipal({
      grantee: identity,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.administratorSecret.secretArn],
    });
    this.secretKey.grantDecrypt(identity);
  }

  private openTo(program: IConnectable, route: DatabaseRoute): void {
    const target = route === 'function' && this.proxy !== null ? this.proxy : this.cluster;
    program.connections.allowTo(target, Port.tcp(postgresqlPort), 'The stores');
  }

  private createCluster(props: AuroraStoreProps): DatabaseCluster {
    const { configuration, vpc, restoredFrom, dataKey, secretKey, operationsKey } = props;
    const { database, isProtected } = configuration;
    // Its log groups must exist, encrypted, before the cluster makes them itself; so its name is known beforehand. It
    // also keeps CloudFormation from replacing a cluster, and the data with it, when a setting changes.
    const name = Names.uniqueResourceName(this, { maxLength: 50, separator: '-' }).toLowerCase();
    // A cluster from a backup stands beside the one that it takes the place of.
    const identifier = restoredFrom === null ? name : `${name}-${generationOf(restoredFrom)}`;
    const logGroups = exportedLogs.map(
      (log) =>
        new EncryptedLogGroup(this, `Log-${log}`, {
          configuration,
          key: operationsKey,
          logGroupName: `/aws/rds/cluster/${identifier}/${log}`,
        }),
    );
    const cluster = new DatabaseCluster(this, 'Cluster', {
      clusterIdentifier: identifier,
      engine,
      defaultDatabaseName: databaseName,
      credentials: Credentials.fromUsername(administrator, { encryptionKey: secretKey }),
      manageMasterUserPassword: true,
      vpc,
      vpcSubnets: { subnetGroupName: subnetGroups.database },
      port: postgresqlPort,
      iamAuthentication: true,
      storageEncrypted: true,
      storageEncryptionKey: dataKey,
      copyTagsToSnapshot: true,
      deletionProtection: isProtected,
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      backup: { retention: Duration.days(database.pointInTimeRecoveryDays) },
      cloudwatchLogsExports: [...exportedLogs],
      parameterGroup: this.createParameters(),
      ...instancesOf(database, dataKey),
      ...(database.capacity.kind === 'serverless' ? scalingOf(database.capacity) : {}),
    });
    if (restoredFrom !== null) beginFrom(cluster, restoredFrom);
    cluster.node.addDependency(...logGroups);
    if (!isProtected)
      acceptFindings(cluster, {
        rule: 'AwsSolutions-RDS10',
        reason: 'A stage that is not protected can be thrown away.',
        until: '2027-11-30',
      });
    return cluster;
  }

  private createParameters(): ParameterGroup {
    return new ParameterGroup(this, 'Parameters', {
      engine,
      description: 'TLS only; what changes the schema and what is slow is logged',
      parameters: {
        'rds.force_ssl': '1',
        log_statement: 'ddl',
        log_min_duration_statement: String(slowStatementMs),
      },
    });
  }

  private createProxy({ vpc }: AuroraStoreProps, role: Role): DatabaseProxy {
    const proxy = new DatabaseProxy(this, 'Proxy', {
      proxyTarget: ProxyTarget.fromCluster(this.cluster),
      role,
      vpc,
      vpcSubnets: { subnetGroupName: subnetGroups.application },
      requireTLS: true,
      iamAuth: true,
      // From client to proxy and from proxy to database: there is no password to keep.
      defaultAuthScheme: DefaultAuthScheme.IAM_AUTH,
      borrowTimeout: Duration.seconds(10),
      idleClientTimeout: Duration.minutes(10),
    });
    acceptFindings(
      this.cluster,
      {
        rule: 'PCI.DSS.321-EC2RestrictedCommonPorts',
        reason: 'The proxy reaches the port of PostgreSQL, which the rule cannot read.',
        until: '2027-11-30',
      },
      {
        rule: 'PCI.DSS.321-EC2RestrictedSSH',
        reason: 'The proxy reaches the port of PostgreSQL, which the rule cannot read.',
        until: '2027-11-30',
      },
    );
    return proxy;
  }
}

const postgresqlPort = 5432;
const exportedLogs = ['postgresql', 'instance', 'iam-db-auth-error'] as const;

/** Tells the cluster of one backup from that of another, in eight characters. */
export const generationOf = (snapshotArn: string): string =>
  createHash('sha256').update(snapshotArn).digest('hex').slice(0, 8);

/** CloudFormation refuses, beside a backup, what the backup itself says. */
function beginFrom(cluster: DatabaseCluster, snapshotArn: string): void {
  const resource = cluster.node.defaultChild as CfnDBCluster;
  resource.snapshotIdentifier = snapshotArn;
  for (const property of ['DatabaseName', 'MasterUsername', 'StorageEncrypted'])
    resource.addPropertyDeletionOverride(property);
}

type DatabaseSettings = StageConfiguration['database'];

function scalingOf(capacity: Extract<DatabaseSettings['capacity'], { kind: 'serverless' }>) {
  return {
    serverlessV2MinCapacity: capacity.minimumAcu,
    serverlessV2MaxCapacity: capacity.maximumAcu,
    ...(capacity.minimumAcu === 0 ? { serverlessV2AutoPauseDuration: pauseAfter } : {}),
  };
}

/** Aurora places instances of one cluster in different zones. */
function instancesOf({ capacity, instances }: DatabaseSettings, key: IKey) {
  const common = {
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    enablePerformanceInsights: true,
    performanceInsightEncryptionKey: key,
    publiclyAccessible: false,
  };
  const instance = (name: string, isReader: boolean): IClusterInstance =>
    capacity.kind === 'serverless'
      ? ClusterInstance.serverlessV2(name, { ...common, ...(isReader ? { scaleWithWriter: true } : {}) })
      : ClusterInstance.provisioned(name, {
          ...common,
          instanceType: new InstanceType(capacity.instanceType),
        });
  return {
    writer: instance('Writer', false),
    readers: Array.from({ length: instances - 1 }, (_, index) => instance(`Reader${index + 1}`, true)),
  };
}
