import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageName } from '../config/stage-configuration';
import { errorLineMetric } from '../observability/error-lines';
import { acceptFindings } from './accept-findings';
import type { StageFunction } from './stage-function';

const period = Duration.minutes(1);

/**
 * Releases new versions of a stack's functions: a tenth of the invocations goes to the new version for five minutes, then all of
 * them. A version whose invocations fail or which logs errors is taken back.
 */
export class FunctionReleases extends Construct {
  private readonly application: LambdaApplication;
  private readonly role: Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly stage: StageName,
  ) {
    super(scope, id);
    this.application = new LambdaApplication(this, 'Application');
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Moves invocations from one version of a function to the next',
    });
    acceptFindings(this.role, {
      rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason: 'AWS keeps this policy to what CodeDeploy does with the aliases of functions and with alarms.',
      until: '2027-11-30',
    });
  }

  /** Returns the alias that anyone who invokes the function invokes. */
  release(scope: Construct, released: StageFunction): IFunction {
    const live = new Alias(scope, 'Live', {
      aliasName: 'live',
      // The library's own class fits its interface only where optional properties may also be undefined.
      version: released.currentVersion as IVersion,
    });
    new LambdaDeploymentGroup(scope, 'Release', {
      alias: live,
      application: this.application,
      role: this.role,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [this.createAlarm(scope, released)],
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    });
    // The same holds for the alias itself.
    return live as IFunction;
  }

  /** A reader answers a batch that it cannot apply without failing, so that its error lines count as well. */
  private createAlarm(scope: Construct, released: StageFunction): Alarm {
    return new MathExpression({
      expression: 'FILL(failures, 0) + FILL(lines, 0)',
      usingMetrics: {
        failures: released.metricErrors({ period }),
        lines: errorLineMetric(this.stage, released.programName, period),
      },
      period,
      label: 'Failed invocations and lines logged as errors',
    }).createAlarm(scope, 'ReleaseAlarm', {
      alarmDescription: `A release of ${released.programName} is taken back: invocations fail, or errors are logged.`,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
