import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Which image of the stage's repository runs: given at deployment, so that one synthesis serves every version. */
export class ImageTag extends CfnParameter {
  constructor(scope: Construct) {
    super(scope, 'ImageTag', {
      type: 'String',
      description: 'Tag of the image in the repository of this stage, for example a commit.',
      allowedPattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
      constraintDescription: 'a tag of an image',
    });
  }
}
