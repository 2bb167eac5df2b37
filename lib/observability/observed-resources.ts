import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { DatabaseProxy, IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** What is watched, as the stacks that own it hand it over. */
export interface ObservedResources {
  readonly queues: readonly ObservedQueue[];
  readonly stream: IStream;
  /** Functions that do the jobs of the queues. */
  readonly workers: readonly ObservedFunction[];
  /** Functions that read the stream. */
  readonly readers: readonly ObservedFunction[];
  readonly verification: IFunction;
  readonly api: ObservedApi;
  readonly relay: FargateService;
  readonly databases: readonly ObservedDatabase[];
  /** Certificates whose renewal depends on somebody's zone. */
  readonly certificates: readonly ICertificate[];
  readonly backupVault: IBackupVault;
  /** The delivery of the stream to the archive. */
  readonly archive: CfnDeliveryStream;
  /** Where programs log; errors in them are counted. */
  readonly logGroups: readonly ObservedLogGroup[];
  /** `stripe`, `operator` and `canary`: what an operator fills. */
  readonly secrets: readonly ObservedSecret[];
}

export interface ObservedQueue {
  /** As the programs call it, for example `payments`. */
  readonly name: string;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  /** Whether a message that waits for minutes means trouble. False where jobs ask again for days by design. */
  readonly isPrompt: boolean;
}

export interface ObservedFunction {
  readonly name: string;
  readonly function: IFunction;
}

export interface ObservedApi {
  readonly loadBalancer: ApplicationLoadBalancer;
  /** One, or the two that a deployment moves the traffic between. */
  readonly targetGroups: readonly ApplicationTargetGroup[];
  readonly service: FargateService;
}

export interface ObservedDatabase {
  /** For example `stores` or `ledger`. */
  readonly name: string;
  readonly cluster: IDatabaseCluster;
  /** What functions reach the cluster by; null where they reach it directly. */
  readonly proxy: DatabaseProxy | null;
}

export interface ObservedSecret {
  readonly name: string;
  readonly secret: ISecret;
}

export interface ObservedLogGroup {
  readonly name: string;
  readonly logGroup: ILogGroup;
}
