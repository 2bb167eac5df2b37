import { contexts } from '../../../src/core/contexts';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { choosePort } from '../../../src/adapters/embedded/postgres-server/free-port';
import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createStripeGateway } from '../../../src/adapters/psp/stripe/gateway';
import {
  type SimulatorProcess,
  startSimulator,
} from '../../../src/operations/installation/simulator-process';
import { mintOperatorKey } from '../../../src/core/accounts';
import { clientSettings, startFauxqs, startKinesalite } from '../aws/emulators';
import type { Emulator } from '../aws/emulator-process';
import { findRedis } from '../aws/redis';
import { startSecretsManager } from '../aws/secrets-manager';
import { type XRayDaemon, startXRayDaemon } from '../aws/x-ray-daemon';
import { eventually } from '../eventually';
import { type PspControl, createPspControl } from '../faults/psp-control';
import { type MerchantClient, createMerchantClient } from '../merchant-client';
import { type ProgramUsers, nameProgramUsers } from '../program-users';
import { createTestDatabase } from '../postgres';
import { type CloudProgram, startProgram } from './cloud-program';
import { type CloudRedis, startCloudRedis } from './cloud-redis';
import { type DeployedFunction, deployFunction } from './deployed-function';
import { type EventSource, startQueueSource } from './queue-source';
import { startStreamSource } from './stream-source';

/** The functions of a stage. */
export interface CloudFunctions {
  /** By the names of their contexts. */
  readonly workers: Readonly<Record<string, DeployedFunction>>;
  readonly readers: Readonly<Record<string, DeployedFunction>>;
  readonly verification: DeployedFunction;
}

/** A stage without AWS: stand-ins of the services, the bundled functions, the programs of the containers, real PostgreSQL. */
export interface CloudRig {
  readonly databaseUrl: string;
  readonly merchant: MerchantClient;
  readonly psp: PspControl;
  /** What the API keeps answers in and counts requests with; null where this machine has none. */
  readonly redis: CloudRedis | null;
  /** What X-Ray was sent by programs and functions. */
  readonly xRay: Pick<XRayDaemon, 'segments'>;
  readonly functions: CloudFunctions;
  readonly kinesis: KinesisClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly streamName: string;
  readonly bucket: string;
  readonly queues: Readonly<Record<string, { readonly url: string; readonly deadLetterUrl: string }>>;
  /** What the stage tells this program or function. */
  environmentOf(program: string): Readonly<Record<string, string>>;
  readonly api: CloudProgram;
  startRelay(): CloudProgram;
  close(): Promise<void>;
}

const stage = 'test';
const queueNames = contexts.queues.map(({ name }) => name);
const shardCount = 3;

/** What was opened, closed in the reverse order. */
type Opened = (() => Promise<unknown>)[];

export async function createCloudRig(): Promise<CloudRig> {
  const opened: Opened = [];
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    return { ...(await open(opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(opened: Opened): Promise<Omit<CloudRig, 'close'>> {
  const services = await startServices(opened);
  const { kinesis, sqs, s3, streamName, bucket, queues } = await createResources(services);
  const database = await createTestDatabase();
  opened.push(() => database.drop());
  const simulator = await startPsp(opened);
  const port = await choosePort(undefined);
  const apiUrl = `http://127.0.0.1:${String(port)}`;
  const operatorKey = mintOperatorKey(nodeKeyMaterial).text;
  const users = nameProgramUsers(database.url);
  await createSecrets(services, {
    databaseUrl: database.url,
    users,
    pspUrl: simulator.url,
    apiUrl,
    operatorKey,
  });
  const redis = await openRedis(opened);
  const xRay = await startXRayDaemon();
  opened.push(() => xRay.stop());
  const { hostname, port: pspPort } = new URL(simulator.url);
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: services.fauxqs.endpoint,
    AWS_ENDPOINT_URL_S3: services.fauxqs.endpoint,
    AWS_ENDPOINT_URL_KINESIS: services.kinesis.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: services.secrets.endpoint,
    FINCORE_STAGE: stage,
    FINCORE_DATABASE_POOL_SIZE: '3',
    FINCORE_STREAM_NAME: streamName,
    FINCORE_QUEUE_URLS: JSON.stringify(queues),
    FINCORE_PARKING_BUCKET: bucket,
    FINCORE_STRIPE_SECRET_ARN: 'stripe',
    FINCORE_OPERATOR_SECRET_ARN: 'operator',
    FINCORE_SEALING_SECRET_ARN: 'sealing',
    FINCORE_PUBLIC_URL: apiUrl,
    FINCORE_STRIPE_HOST: hostname,
    FINCORE_STRIPE_PORT: pspPort,
    FINCORE_STRIPE_PROTOCOL: 'http',
    FINCORE_PSP_TIMEOUT_MS: '1000',
    FINCORE_TRACE_COLLECTOR: xRay.address,
    FINCORE_LOG_LEVEL: 'info',
    FINCORE_RATE_LIMIT_PER_SECOND: '100000',
    FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE: '100000',
  };
  await migrated({ ...environment, ...administration(database.url, users) });
  await users.allowPassword();
  opened.push(() => users.drop());
  // Each program signs in as its own user: one that did more than its rights allow would fail here.
  const environmentOf = (program: string) => ({
    ...environment,
    ...databaseVariables(users.urlOf(program), 'programs'),
  });

  const api = startProgram('aws-api', {
    ...environmentOf('api'),
    ...(redis === null ? {} : await redisVariables(services, redis)),
    FINCORE_HOST: '127.0.0.1',
    FINCORE_PORT: String(port),
  });
  opened.push(() => api.stop());
  await saidReady(api);
  const functions = deployAll((name) => ({ ...environmentOf(name), ...tracedFunction(xRay) }), opened);
  await connectSources({ functions, kinesis, sqs, streamName, queues }, opened);
  return {
    databaseUrl: database.url,
    merchant: createMerchantClient({
      api_url: apiUrl,
      secret_key: await createMerchant(apiUrl, operatorKey),
    }),
    psp: createPspControl(`${simulator.url}/simulator`),
    redis,
    xRay,
    functions,
    kinesis,
    sqs,
    s3,
    streamName,
    bucket,
    queues,
    environmentOf,
    api,
    startRelay() {
      const relay = startProgram('aws-relay', environmentOf('relay'));
      opened.push(() => relay.stop());
      return relay;
    },
  };
}

interface Services {
  readonly fauxqs: Emulator;
  readonly kinesis: Emulator;
  readonly secrets: Emulator;
}

async function startServices(opened: Opened): Promise<Services> {
  const [fauxqs, kinesis, secrets] = await Promise.all([
    startFauxqs(),
    startKinesalite(),
    startSecretsManager(),
  ]);
  for (const service of [fauxqs, kinesis, secrets]) opened.push(() => service.stop());
  return { fauxqs, kinesis, secrets };
}

async function createResources(services: Services) {
  const sqs = new SQSClient(clientSettings(services.fauxqs));
  const s3 = new S3Client({ ...clientSettings(services.fauxqs), forcePathStyle: true });
  const kinesis = new KinesisClient({
    ...clientSettings(services.kinesis),
    requestHandler: new NodeHttpHandler(),
  });
  const [streamName, bucket] = ['fincore-journal', 'fincore-parked'];
  await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shardCount }));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const queues: Record<string, { url: string; deadLetterUrl: string }> = {};
  for (const name of queueNames) queues[name] = await createQueue(sqs, name);
  return { sqs, s3, kinesis, streamName, bucket, queues };
}

async function createQueue(sqs: SQSClient, name: string): Promise<{ url: string; deadLetterUrl: string }> {
  const dead = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const live = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: '20',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 }),
      },
    }),
  );
  return { url: live.QueueUrl ?? '', deadLetterUrl: dead.QueueUrl ?? '' };
}

async function startPsp(opened: Opened): Promise<SimulatorProcess> {
  const dataDirectory = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
  opened.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const simulator = await startSimulator({
    program: join(process.cwd(), 'dist', 'stripe-simulator.js'),
    port: 0,
    dataDirectory,
    log: () => undefined,
  });
  opened.push(() => simulator.stop());
  return simulator;
}

/** As Lambda sets it for a function that is traced. */
const tracedFunction = ({ address }: XRayDaemon) => ({
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_XRAY_DAEMON_ADDRESS: address,
  POWERTOOLS_TRACE_ENABLED: 'true',
});

async function openRedis(opened: Opened): Promise<CloudRedis | null> {
  const program = findRedis();
  if (program === null) return null;
  const redis = await startCloudRedis(program);
  opened.push(() => redis.kill());
  return redis;
}

async function redisVariables(services: Services, { url, token }: CloudRedis) {
  await putSecret(services, 'redis', JSON.stringify({ token }));
  return { FINCORE_REDIS_URL: url, FINCORE_REDIS_SECRET_ARN: 'redis' };
}

const putSecret = (services: Services, name: string, value: string) =>
  new SecretsManagerClient(clientSettings(services.secrets)).send(
    new CreateSecretCommand({ Name: name, SecretString: value }),
  );

interface SecretsOfStage {
  readonly databaseUrl: string;
  readonly users: ProgramUsers;
  readonly pspUrl: string;
  readonly apiUrl: string;
  readonly operatorKey: string;
}

/** Secrets as an operator puts them there, and the passwords of the databases: of their owner, and of the programs. */
async function createSecrets(services: Services, options: SecretsOfStage): Promise<void> {
  const { databaseUrl, users, pspUrl, apiUrl, operatorKey } = options;
  const put = (name: string, value: string) => putSecret(services, name, value);
  const secretKey = `sk_test_${randomBytes(16).toString('hex')}`;
  const { hostname, port } = new URL(pspUrl);
  const gateway = createStripeGateway({
    secretKey,
    installation: 'inst_rig',
    webhookSecrets: [],
    returnUrl: apiUrl,
    host: hostname,
    port: Number(port),
    protocol: 'http',
    timeoutMs: 5_000,
    maxConnections: 1,
  });
  const { secret } = await gateway.registerWebhookEndpoint(`${apiUrl}/v1/psp/stripe/webhooks`);
  gateway.close();
  await put('stripe', JSON.stringify({ secret_key: secretKey, webhook_secret: secret }));
  await put('operator', operatorKey);
  await put('sealing', 'what seals secrets in the tests');
  await put('programs', JSON.stringify({ password: users.password }));
  const password = decodeURIComponent(new URL(databaseUrl).password);
  await put('owner', JSON.stringify({ password }));
}

function administration(databaseUrl: string, users: ProgramUsers): Record<string, string> {
  const url = new URL(databaseUrl);
  url.password = '';
  url.searchParams.set('sslmode', 'disable');
  return {
    ...databaseVariables(url.href, 'owner'),
    FINCORE_DATABASE_USERS: JSON.stringify(users.names),
  };
}

const databaseVariables = (url: string, secretName: string): Record<string, string> => ({
  FINCORE_JOURNAL_URL: url,
  FINCORE_READ_MODELS_URL: url,
  FINCORE_LEDGER_URL: url,
  FINCORE_AUDIT_URL: url,
  FINCORE_DATABASE_AUTH: 'password',
  FINCORE_DATABASE_SECRET_ARN: secretName,
});

async function migrated(environment: Readonly<Record<string, string>>): Promise<void> {
  const migration = startProgram('aws-migrate', environment);
  if ((await migration.ended) !== 0) throw new Error(migration.said());
}

async function saidReady(program: CloudProgram): Promise<void> {
  await eventually(() => expect(program.said()).toContain('is ready'), { timeoutMs: 30_000 });
}

function deployAll(
  environmentOf: (program: string) => Readonly<Record<string, string>>,
  opened: Opened,
): CloudFunctions {
  const deploy = (name: string, program: string, variables: Readonly<Record<string, string>> = {}) => {
    // RDS Proxy takes no settings with a connection: functions do without.
    const deployed = deployFunction({
      name,
      environment: { ...environmentOf(program), ...variables, FINCORE_DATABASE_ENDPOINT: 'proxy' },
      // The verification ends a while before its time is over.
      ...(name === 'verification' ? { timeoutMs: 120_000 } : {}),
    });
    opened.push(() => deployed.stop());
    return deployed;
  };
  const workers = contexts.workers.map(
    ({ name }) => [name, deploy('worker', 'worker', { FINCORE_WORKER: name })] as const,
  );
  const readers = contexts.streamReaders.map(
    (name) => [name, deploy('reader', name, { FINCORE_READER: name })] as const,
  );
  return {
    workers: Object.fromEntries(workers),
    readers: Object.fromEntries(readers),
    verification: deploy('verification', 'verification'),
  };
}

async function connectSources(
  rig: Pick<CloudRig, 'functions' | 'kinesis' | 'sqs' | 'streamName' | 'queues'>,
  opened: Opened,
): Promise<void> {
  const { functions, kinesis, sqs, streamName, queues } = rig;
  const sources: EventSource[] = contexts.workers.flatMap(({ name, queues: declared }) => {
    const target = functions.workers[name];
    return declared.flatMap((queue) => {
      const queueUrl = queues[queue.name]?.url;
      if (target === undefined || queueUrl === undefined) return [];
      return [startQueueSource({ client: sqs, queueUrl, target })];
    });
  });
  for (const target of Object.values(functions.readers))
    sources.push(await startStreamSource({ client: kinesis, streamName, target }));
  opened.push(() => Promise.all(sources.map((source) => source.stop())));
}

async function createMerchant(apiUrl: string, operatorKey: string): Promise<string> {
  const response = await fetch(`${apiUrl}/v1/merchants`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${operatorKey}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ name: 'A merchant of the cloud' }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const key = /sk_test_\w+/.exec(text)?.[0];
  if (key === undefined) throw new Error(`no merchant was made: ${text}`);
  return key;
}
