import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';

export interface EncryptedLogGroupProps {
  readonly configuration: Pick<StageConfiguration, 'logRetentionDays' | 'isProtected'>;
  readonly key: IKey;
  /** @default a generated name; the firewall accepts only names with its own prefix */
  readonly logGroupName?: string;
}

/** A log group under the customer's key that keeps its entries as long as the stage says. */
export class EncryptedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, { configuration, key, logGroupName }: EncryptedLogGroupProps) {
    super(scope, id, {
      encryptionKey: key,
      retention: retentions[configuration.logRetentionDays],
      removalPolicy: configuration.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(logGroupName === undefined ? {} : { logGroupName }),
    });
  }
}

const retentions: Readonly<Record<StageConfiguration['logRetentionDays'], RetentionDays>> = {
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
  731: RetentionDays.TWO_YEARS,
  1827: RetentionDays.FIVE_YEARS,
  3653: RetentionDays.TEN_YEARS,
};
