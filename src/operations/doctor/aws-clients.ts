import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export type AwsClients = ReturnType<typeof createAwsClients>;

/** No answer of AWS takes longer; two more tries follow. */
const requestTimeoutMs = 10_000;
const connectionTimeoutMs = 3_000;

/** The clients of a command, with the credentials and endpoints of anyone who runs it. */
export function createAwsClients(region: string) {
  const settings = {
    region,
    maxAttempts: 3,
    // For Kinesis, too, whose client would speak HTTP/2 and wait without an end.
    requestHandler: new NodeHttpHandler({
      requestTimeout: requestTimeoutMs,
      connectionTimeout: connectionTimeoutMs,
      throwOnRequestTimeout: true,
    }),
  };
  const clients = {
    cloudFormation: new CloudFormationClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    kinesis: new KinesisClient(settings),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
    // The region's own address serves every queue of it.
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
  };
  return {
    ...clients,
    destroy: () => Object.values(clients).forEach((client) => client.destroy()),
  };
}
