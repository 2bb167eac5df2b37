import { Annotations, type IAspect } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** Refuses to synthesize a log group that keeps its lines for ever: logs are deleted on a day that somebody chose. */
export class RequireLogRetention implements IAspect {
  visit(node: IConstruct): void {
    if (node instanceof CfnLogGroup && node.retentionInDays === undefined)
      Annotations.of(node).addError('A log group needs a retention: take EncryptedLogGroup.');
  }
}
