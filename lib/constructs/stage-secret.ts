import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acceptFindings } from './accept-findings';

export interface StageSecretProps {
  readonly description: string;
  readonly key: IKey;
  /** What it holds until somebody writes to it. */
  readonly initial: SecretStringGenerator;
  /** Why no schedule changes it, and how it is changed. */
  readonly whyNoSchedule: string;
}

/** A secret under the customer's key. Programs get its ARN and read it themselves. */
export class StageSecret extends Secret {
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { description, key, initial, whyNoSchedule }: StageSecretProps) {
    super(scope, id, { description, encryptionKey: key, generateSecretString: initial });
    this.key = key;
    acceptFindings(this, { rule: 'AwsSolutions-SMG4', reason: whyNoSchedule, until: '2027-11-30' });
  }

  /** Said, because the library's class fits its own interface only where it is. */
  override get secretFullArn(): string {
    return this.secretArn;
  }

  /**
   * Lets a program read it. All of the permission is the program's: the library would write the program's role into
   * the policy of the key, and so make the stack of the data depend on the stack of the program.
   */
  override grantRead(grantee: IGrantable): Grant {
    this.key.grantDecrypt(grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secretArn],
    });
  }
}
