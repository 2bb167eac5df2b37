import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';

export interface StageKeyProps {
  readonly configuration: Pick<StageConfiguration, 'isProtected'>;
  /** What the key protects: one class of data. */
  readonly description: string;
}

/** The longest that KMS takes. Each renewal costs as much as a key, and what lies in such a stage is no secret for long. */
const unprotectedRotation = Duration.days(2_560);

/** A customer key for one class of data: renewed every year, in a stage that may be thrown away every seven. */
export class StageKey extends Key {
  constructor(scope: Construct, id: string, { configuration, description }: StageKeyProps) {
    super(scope, id, {
      description,
      enableKeyRotation: true,
      ...(configuration.isProtected ? {} : { rotationPeriod: unprotectedRotation }),
      // The longest time there is to notice that a key was still needed.
      pendingWindow: Duration.days(30),
      removalPolicy: configuration.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
