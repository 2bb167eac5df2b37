import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { BuildEnvironmentVariableType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, ExecutionMode, Pipeline, PipelineType, Result } from 'aws-cdk-lib/aws-codepipeline';
import {
  CodeBuildAction,
  CodeStarConnectionsSourceAction,
  ManualApprovalAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import { Repository, RepositoryEncryption, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { StageConfiguration, StageName } from '../config/stage-configuration';
import { AccessLogBucket } from '../constructs/access-log-bucket';
import { EncryptedLogGroup } from '../constructs/encrypted-log-group';
import { PrivateBucket } from '../constructs/private-bucket';
import { Build, type BuildProps, type BuildspecName } from '../pipeline/build';
import { buildRoleName, deployerRoleArn } from '../pipeline/deployer-role';
import { acceptPipeline } from '../pipeline/accepted';
import { zonesByRegion } from '../config/zones-by-region';
import type { PipelineConfiguration } from '../pipeline/pipeline-configuration';
import { createPipelineKey } from '../pipeline/pipeline-key';
import { PipelineNetwork } from '../pipeline/pipeline-network';

export interface PipelineStackProps extends StackProps {
  readonly pipeline: PipelineConfiguration;
  readonly stages: Readonly<Record<StageName, StageConfiguration>>;
}

/** After a new version has the traffic, its alarms are waited for this long, and looked at again. */
const watchSeconds = { dev: 60, staging: 60, production: 900 } as const satisfies Readonly<
  Record<StageName, number>
>;

/** From a commit to production: tested, built once, tried in dev and staging under load, approved, and taken back when it does harm. */
export class PipelineStack extends Stack {
  readonly pipeline: Pipeline;
  readonly images: Repository;
  private readonly key: Key;
  private readonly network: PipelineNetwork;
  private readonly source = new Artifact('Source');
  private readonly settings: PipelineConfiguration;
  private readonly builds: Build[] = [];
  private readonly roles = new Map<StageName, Role>();

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    this.settings = props.pipeline;
    this.key = createPipelineKey(this);
    this.network = new PipelineNetwork(this, 'Network', {
      cidr: this.settings.cidr,
      flowLogs: this.logGroup('FlowLog'),
    });
    this.images = new Repository(this, 'Images', {
      imageScanOnPush: true,
      imageTagMutability: TagMutability.IMMUTABLE,
      encryption: RepositoryEncryption.KMS,
      encryptionKey: this.key,
      lifecycleRules: [{ maxImageCount: 100 }],
    });
    const artifacts = this.createArtifacts();
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      // A commit that waits for approval must not be overtaken by one that nobody has seen.
      executionMode: ExecutionMode.QUEUED,
      artifactBucket: artifacts,
      restartExecutionOnUpdate: false,
    });
    const approvers = this.createTopic();
    this.addSteps(props.stages, approvers);
    this.pipeline.onStateChange('Failed', {
      description: 'A version did not get through the pipeline',
      eventPattern: { detail: { state: ['FAILED'] } },
      target: new SnsTopic(approvers),
    });
    // What a stage that is not public has to let in.
    new CfnOutput(this, 'PublicAddress', { value: this.network.publicAddress });
    acceptPipeline(this, { builds: this.builds, artifacts });
  }

  /** From the table of zones: looking them up would need the account. */
  override get availabilityZones(): string[] {
    return [...(zonesByRegion[this.region] ?? [])];
  }

  private addSteps(stages: Readonly<Record<StageName, StageConfiguration>>, approvers: Topic): void {
    const { connectionArn, owner, repository, branch } = this.settings.source;
    this.pipeline.addStage({
      stageName: 'Source',
      actions: [
        new CodeStarConnectionsSourceAction({
          actionName: 'Commit',
          connectionArn,
          owner,
          repo: repository,
          branch,
          output: this.source,
        }),
      ],
    });
    this.pipeline.addStage({ stageName: 'Test', actions: [this.action('Test', this.build('Test', 'test'))] });
    const image = this.action('Image', this.createImageBuild(), 'Image');
    this.pipeline.addStage({ stageName: 'Image', actions: [image] });
    const tag = image.variable('IMAGE_TAG');
    this.addDeployment('Dev', stages.dev, tag);
    this.addDeployment('Staging', stages.staging, tag);
    this.addLoadTest(stages.staging);
    this.addApproval(approvers);
    this.addProduction(stages.production, tag);
  }

  /** Infrastructure first, then the wider schema, then the programs, then a look. */
  private addDeployment(stageName: string, stage: StageConfiguration, tag: string): void {
    this.pipeline.addStage({
      stageName,
      actions: [this.prepare(stage, tag, 1), this.takeOver(stage, tag, 2), this.examine(stage, 3)],
    });
  }

  private addLoadTest(stage: StageConfiguration): void {
    const { chargesPerSecond, seconds, maxP99Ms } = this.settings.loadTest;
    const build = this.stageBuild(stage, 'load-stage', {
      CHARGES_PER_SECOND: String(chargesPerSecond),
      LOAD_SECONDS: String(seconds),
      MAX_P99_MS: String(maxP99Ms),
    });
    this.pipeline.addStage({ stageName: 'LoadTest', actions: [this.action('Load', build)] });
  }

  private addApproval(approvers: Topic): void {
    this.pipeline.addStage({
      stageName: 'Approval',
      actions: [
        new ManualApprovalAction({
          actionName: 'Approve',
          notificationTopic: approvers,
          additionalInformation:
            'Staging runs this version and bore the load. Approved, it runs beside the live one, makes a charge there, and takes over.',
        }),
      ],
    });
  }

  /**
   * Green: everything but the traffic. Swap: the new version is charged by the canary at the test port, takes over, and is
   * watched; ECS takes it back by its own alarm, and the pipeline deploys the last good one when anything else goes off.
   */
  private addProduction(stage: StageConfiguration, tag: string): void {
    this.pipeline.addStage({ stageName: 'ProductionGreen', actions: [this.prepare(stage, tag, 1)] });
    this.pipeline.addStage({
      stageName: 'ProductionSwap',
      onFailure: { result: Result.ROLLBACK },
      actions: [this.takeOver(stage, tag, 1), this.examine(stage, 2)],
    });
  }

  private prepare(stage: StageConfiguration, tag: string, runOrder: number): CodeBuildAction {
    const build = this.stageBuild(stage, 'prepare-stage', {}, true);
    this.images.grantPull(build);
    return this.action('Prepare', build, undefined, runOrder, tag);
  }

  private takeOver(stage: StageConfiguration, tag: string, runOrder: number): CodeBuildAction {
    return this.action('TakeOver', this.stageBuild(stage, 'take-over'), undefined, runOrder, tag);
  }

  private examine(stage: StageConfiguration, runOrder: number): CodeBuildAction {
    const seconds = String(watchSeconds[stage.stage]);
    const build = this.stageBuild(stage, 'examine-stage', { WATCH_SECONDS: seconds });
    return this.action('Examine', build, undefined, runOrder);
  }

  private createImageBuild(): Build {
    const build = this.build('Image', 'image', {
      buildsContainers: true,
      environment: { IMAGES: this.images.repositoryUri },
    });
    this.images.grantPullPush(build);
    return build;
  }

  /** A build that works in a stage's account, by the role that the stage lets it take on. */
  private stageBuild(
    stage: StageConfiguration,
    buildspec: BuildspecName,
    environment: Readonly<Record<string, string>> = {},
    buildsContainers = false,
  ): Build {
    const id = [stage.stage, ...buildspec.replace('-stage', '').split('-')]
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('');
    return this.build(id, buildspec, {
      buildsContainers,
      role: this.roleOf(stage),
      environment: {
        STAGE: stage.stage,
        STAGE_REGION: stage.region,
        DEPLOYER: deployerRoleArn(stage),
        IMAGES: this.images.repositoryUri,
        ...environment,
      },
    });
  }

  private roleOf(stage: StageConfiguration): Role {
    const known = this.roles.get(stage.stage);
    if (known !== undefined) return known;
    const role = new Role(this, `${stage.stage}Builds`, {
      roleName: buildRoleName(stage.stage),
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com'),
      description: `Deploys ${stage.stage}`,
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [deployerRoleArn(stage)] }),
    );
    this.roles.set(stage.stage, role);
    return role;
  }

  private build(
    id: string,
    buildspec: BuildspecName,
    more: Partial<Pick<BuildProps, 'buildsContainers' | 'environment' | 'role'>> = {},
  ): Build {
    const build = new Build(this, id, {
      buildspec,
      description: `Step ${id} of the pipeline`,
      vpc: this.network.vpc,
      key: this.key,
      logRetentionDays: this.settings.logRetentionDays,
      ...more,
    });
    this.builds.push(build);
    return build;
  }

  private action(
    actionName: string,
    project: Build,
    variablesNamespace?: string,
    runOrder = 1,
    tag?: string,
  ): CodeBuildAction {
    return new CodeBuildAction({
      actionName,
      project,
      input: this.source,
      runOrder,
      ...(variablesNamespace === undefined ? {} : { variablesNamespace }),
      ...(tag === undefined
        ? {}
        : {
            environmentVariables: {
              IMAGE_TAG: { value: tag, type: BuildEnvironmentVariableType.PLAINTEXT },
            },
          }),
    });
  }

  private createArtifacts(): PrivateBucket {
    const configuration = {
      isProtected: true,
      logRetentionDays: this.settings.logRetentionDays,
      archive: { objectLock: 'governance' as const, retentionDays: 1 },
    };
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', { configuration });
    return new PrivateBucket(this, 'Artifacts', { configuration, key: this.key, accessLogs });
  }

  private createTopic(): Topic {
    const topic = new Topic(this, 'Approvers', { masterKey: this.key, enforceSSL: true });
    for (const address of this.settings.approvers) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  private logGroup(id: string): EncryptedLogGroup {
    const { logRetentionDays } = this.settings;
    return new EncryptedLogGroup(this, id, {
      configuration: { logRetentionDays, isProtected: true },
      key: this.key,
    });
  }
}
