import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/*
 * Permissions without wildcards among the actions. The grants of the library are wider than what a program does:
 * who sends a message would also get `kms:ReEncrypt*`, who writes an object would also get `s3:DeleteObject*`.
 */

/** Sends messages to queues. SQS asks for both permissions of the key: it also reads the data key it has made. */
export function letSend(grantee: IGrantable, queues: readonly Queue[]): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['sqs:SendMessage'],
    resourceArns: queues.map(({ queueArn }) => queueArn),
  });
  for (const key of keysOf(queues.map(({ encryptionMasterKey }) => encryptionMasterKey))) {
    key.grant(grantee, 'kms:GenerateDataKey', 'kms:Decrypt');
  }
}

/** Puts records on a stream. */
export function letPublish(grantee: IGrantable, stream: Stream): void {
  Grant.addToPrincipal({ grantee, actions: ['kinesis:PutRecords'], resourceArns: [stream.streamArn] });
  stream.encryptionKey?.grant(grantee, 'kms:GenerateDataKey');
}

/** Writes new objects, and neither reads nor deletes any. */
export function letPut(grantee: IGrantable, bucket: Bucket): void {
  Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [bucket.arnForObjects('*')] });
  bucket.encryptionKey?.grant(grantee, 'kms:GenerateDataKey');
}

/** Lets a function reach its network. Lambda checks these permissions without a resource: an interface has no ARN beforehand. */
export const networkInterfacesOfFunction = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'NetworkInterfacesOfTheFunction',
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });

const keysOf = (keys: readonly (IKey | undefined)[]): ReadonlySet<IKey> =>
  new Set(keys.filter((key) => key !== undefined));
