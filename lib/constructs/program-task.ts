import { Duration } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  AwsLogDriverMode,
  type ContainerDefinition,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';
import type { DatabaseUser } from './database-users';
import { EncryptedLogGroup } from './encrypted-log-group';
import type { ProgramEnvironment } from './program-environment';
import { addTraceCollector, collectorAddress } from './trace-collector';

export interface ProgramTaskProps {
  readonly configuration: StageConfiguration;
  readonly operationsKey: IKey;
  readonly images: Repository;
  /** Which image of the repository. */
  readonly imageTag: string;
  /** The file of dist/ that runs, for example `aws-api.js`. */
  readonly program: string;
  readonly environment: ProgramEnvironment;
  /**
   * The database user that it signs in as, by a token of its role. Another user is another role: while a deployment lasts,
   * the tasks of the version before keep theirs. @default it signs in by no token
   */
  readonly databaseUser?: DatabaseUser;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  /** Whether it sends its part of traces, and has a collector for them beside it. @default it sends none */
  readonly isTraced?: boolean;
  /** The port it answers `/healthz` on. @default it answers nobody */
  readonly port?: number;
}

/** The image's user without rights, by number: names mean nothing to the host. */
const nonRootUser = '65532:65532';
/** From SIGTERM to SIGKILL: what is in progress is finished, and nothing new is begun. */
export const stopTimeout = Duration.seconds(60);

/** A task that runs one program of the image: as a user without rights, on a file system that it cannot write to. */
export class ProgramTask extends Construct {
  readonly definition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly logGroup: EncryptedLogGroup;

  constructor(scope: Construct, id: string, props: ProgramTaskProps) {
    super(scope, id);
    const { configuration, operationsKey, images, imageTag, program, environment, port } = props;
    const { isTraced = false, databaseUser } = props;
    this.logGroup = new EncryptedLogGroup(this, 'LogGroup', { configuration, key: operationsKey });
    this.definition = new FargateTaskDefinition(this, 'Definition', {
      cpu: props.cpuUnits,
      memoryLimitMiB: props.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      ...(databaseUser === undefined ? {} : { taskRole: this.createTaskRole(databaseUser) }),
    });
    const image = ContainerImage.fromEcrRepository(images, imageTag);
    this.container = this.definition.addContainer('Program', {
      image,
      command: [program],
      environment: {
        ...environment,
        ...(isTraced ? { FINCORE_TRACE_COLLECTOR: collectorAddress } : {}),
      },
      user: nonRootUser,
      readonlyRootFilesystem: true,
      privileged: false,
      stopTimeout,
      // A log that cannot be written must not hold up a payment.
      logging: LogDriver.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: id.toLowerCase(),
        mode: AwsLogDriverMode.NON_BLOCKING,
      }),
      ...(port === undefined
        ? {}
        : { portMappings: [{ containerPort: port }], healthCheck: healthCheckOf(port) }),
    });
    if (isTraced) {
      addTraceCollector(this.definition, {
        program: this.container,
        region: configuration.region,
        image,
        user: nonRootUser,
        logGroup: this.logGroup,
        stopTimeout,
      });
    }
    acceptFindings(this.definition, {
      rule: 'AwsSolutions-ECS2',
      reason: 'The variables say where things are; secrets are read at run time by their ARN.',
      until: '2027-11-30',
    });
    acceptFindings(this.definition.obtainExecutionRole(), {
      rule: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken has no resource: a token is for the whole registry.',
      until: '2027-11-30',
    });
  }

  private createTaskRole(databaseUser: DatabaseUser): Role {
    return new Role(this, `Role-${databaseUser}`, {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
  }
}

/** The image has no shell and no curl; it has Node. */
const healthCheckOf = (port: number) => ({
  command: [
    'CMD',
    '/nodejs/bin/node',
    '--eval',
    `fetch('http://127.0.0.1:${port}/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
  ],
  interval: Duration.seconds(15),
  timeout: Duration.seconds(5),
  retries: 3,
  startPeriod: Duration.seconds(60),
});
