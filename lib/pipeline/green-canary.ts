import { type CfnElement, Duration, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  DeploymentLifecycleLambdaTarget,
  DeploymentLifecycleStage,
  type FargateService,
} from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CanaryEnvironment } from '../../lambdas/canary/environment';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
import { StageFunction } from '../constructs/stage-function';

export interface GreenCanaryProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  readonly operationsKey: IKey;
  readonly secret: ISecret;
  /** The port at which the load balancer leads to the version that is not live yet. */
  readonly testPort: number;
}

/** A charge at the version that nobody else reaches yet. It fails, and the deployment is taken back before a caller saw it. */
export class GreenCanary extends Construct {
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: GreenCanaryProps) {
    super(scope, id);
    const { configuration, vpc, operationsKey, secret, testPort } = props;
    const environment: CanaryEnvironment = {
      FINCORE_PUBLIC_URL: `https://${configuration.api.domainName}:${String(testPort)}`,
      FINCORE_CANARY_SECRET_ARN: secret.secretArn,
    };
    this.function = new StageFunction(this, 'Function', {
      configuration,
      vpc,
      operationsKey,
      name: 'green-canary',
      description: 'Charges the version that is not live yet',
      environment: { ...environment },
      memoryMiB: 512,
      timeout: Duration.minutes(2),
      reservedConcurrency: 1,
    });
    secret.grantRead(this.function);
  }

  /** Between the test traffic and the callers' traffic. */
  guard(service: FargateService): void {
    service.addLifecycleHook(
      new DeploymentLifecycleLambdaTarget(this.function, 'Canary', {
        lifecycleStages: [DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT],
      }),
    );
    const name = Stack.of(this).getLogicalId(this.function.node.defaultChild as CfnElement);
    acceptFindings(service, {
      rule: `AwsSolutions-IAM5[Resource::<${name}.Arn>:*]`,
      reason: 'ECS calls the canary alone; the library grants its versions with it.',
      until: '2027-11-30',
    });
  }
}
