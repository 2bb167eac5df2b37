import type { Duration } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  type ContainerDefinition,
  ContainerDependencyCondition,
  type ContainerImage,
  type FargateTaskDefinition,
  LogDriver,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { acceptFindings } from './accept-findings';

export interface TraceCollectorProps {
  /** What sends traces. It begins after the collector and ends before it, so that its last words are taken. */
  readonly program: ContainerDefinition;
  readonly region: string;
  /** The program's own image, which holds the collector too. */
  readonly image: ContainerImage;
  /** The image's user without rights. */
  readonly user: string;
  readonly logGroup: ILogGroup;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeout: Duration;
}

/** Where collector.yaml has it listen. The containers of a task share their loopback address. */
export const collectorAddress = '127.0.0.1:2000';

/** Of the task's memory; a program of the smallest task still has three quarters. */
const memoryMib = 128;
/** The runtime of Go clears up before that. */
const goMemoryLimit = '100MiB';
const cpuUnits = 32;

/**
 * A second container that hands traces to X-Ray: the collector of AWS for OpenTelemetry, which takes the place of
 * X-Ray's daemon. A task goes on without it, and it is started again.
 */
export function addTraceCollector(
  definition: FargateTaskDefinition,
  { program, region, image, user, logGroup, stopTimeout }: TraceCollectorProps,
): void {
  const collector = definition.addContainer('Collector', {
    image,
    entryPoint: ['/app/awscollector'],
    command: ['--config=/app/collector.yaml'],
    environment: { AWS_REGION: region, GOMEMLIMIT: goMemoryLimit, RUN_IN_CONTAINER: 'True' },
    essential: false,
    enableRestartPolicy: true,
    cpu: cpuUnits,
    memoryLimitMiB: memoryMib,
    user,
    readonlyRootFilesystem: true,
    privileged: false,
    stopTimeout,
    logging: LogDriver.awsLogs({
      logGroup,
      streamPrefix: 'collector',
      mode: AwsLogDriverMode.NON_BLOCKING,
    }),
  });
  program.addContainerDependencies({ container: collector, condition: ContainerDependencyCondition.START });
  definition.addToTaskRolePolicy(
    new PolicyStatement({
      sid: 'PartsOfTraces',
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
    }),
  );
  acceptFindings(definition.taskRole, {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray checks the permissions to write segments without a resource: a trace has no ARN.',
    until: '2027-11-30',
  });
}
