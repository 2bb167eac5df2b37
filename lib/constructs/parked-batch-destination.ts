import { Grant } from 'aws-cdk-lib/aws-iam';
import type {
  DlqDestinationConfig,
  IEventSourceDlq,
  IEventSourceMapping,
  IFunction,
} from 'aws-cdk-lib/aws-lambda';
import { letPut } from './narrow-grants';
import type { PrivateBucket } from './private-bucket';

/** The bucket that takes a batch which no try helped. The library's own destination would let the function delete there. */
export class ParkedBatchDestination implements IEventSourceDlq {
  constructor(private readonly bucket: PrivateBucket) {}

  bind(_mapping: IEventSourceMapping, handler: IFunction): DlqDestinationConfig {
    letPut(handler, this.bucket);
    Grant.addToPrincipal({
      grantee: handler,
      actions: ['s3:ListBucket'],
      resourceArns: [this.bucket.bucketArn],
    });
    return { destination: this.bucket.bucketArn };
  }
}
