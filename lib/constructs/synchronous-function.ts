import type { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Alias, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { StageFunction, type StageFunctionProps } from './stage-function';

export interface SynchronousFunctionProps extends Omit<StageFunctionProps, 'timeout'> {
  /** How long a caller waits at most. */
  readonly timeout: Duration;
  /** Instances that are warm before anybody calls. */
  readonly warmInstances: number;
}

/** A function that a caller waits for. It is called under an alias, whose warm instances answer without a cold start. */
export class SynchronousFunction extends Construct {
  readonly function: StageFunction;
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: SynchronousFunctionProps) {
    super(scope, id);
    const { warmInstances, ...functionProps } = props;
    this.function = new StageFunction(this, 'Function', functionProps);
    this.alias = new Alias(this, 'Live', {
      aliasName: 'live',
      // The library's own class fits its interface only where optional properties may also be undefined.
      version: this.function.currentVersion as IVersion,
      ...(warmInstances > 0 ? { provisionedConcurrentExecutions: warmInstances } : {}),
    });
  }

  /** Lets a program call it. */
  grantCall(caller: IGrantable): void {
    this.alias.grantInvoke(caller);
  }
}
