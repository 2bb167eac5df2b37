import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * How each service is reached: the endpoints are the SDK's own (`AWS_ENDPOINT_URL_…` moves them), the credentials
 * those of the task or the function. The adapters bound each call; these bounds are for connections.
 */
const settings = (region: string) => ({
  region,
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 25_000 }),
});

/** A queue's URL names it; where SQS is reached is the endpoint's business, also where that is a private one. */
export const sqsClient = (region: string): SQSClient =>
  new SQSClient({ ...settings(region), useQueueUrlAsEndpoint: false });
export const secretsClient = (region: string): SecretsManagerClient =>
  new SecretsManagerClient(settings(region));
/** Paths instead of host names work with every endpoint. */
export const s3Client = (region: string): S3Client =>
  new S3Client({ ...settings(region), forcePathStyle: true });
/** Over HTTP/1.1: a relay has few requests under way, and one connection for all of them would hold all up at once. */
export const kinesisClient = (region: string): KinesisClient => new KinesisClient(settings(region));
