import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator } from './emulator-process';
import { bodyOf, startLoopbackServer } from './loopback-server';

/**
 * AWS Secrets Manager as far as FinCore uses it. No stand-in is kept on npm, so this one is ours, written after the
 * API reference: versions move through the stages AWSCURRENT and AWSPREVIOUS as PutSecretValue moves them.
 */
export interface SecretsManagerEmulator extends Emulator {
  /** What every call meets from now on. */
  behave(mode: 'well' | 'fails' | 'hangs' | 'denies'): void;
  /** GetSecretValue calls so far. */
  reads(): number;
}

interface Version {
  readonly id: string;
  readonly value: string;
}

interface StoredSecret {
  readonly arn: string;
  current: Version | null;
  previous: Version | null;
}

type Answer = { readonly status: 200 | 400 | 500; readonly body: object };
type Input = Readonly<Record<string, unknown>>;
type Secrets = Map<string, StoredSecret>;

const fault = (type: string, message: string, status: 400 | 500 = 400): Answer => ({
  status,
  body: { __type: type, Message: message },
});
const notFound = fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

export async function startSecretsManager(): Promise<SecretsManagerEmulator> {
  const secrets: Secrets = new Map();
  let mode: Parameters<SecretsManagerEmulator['behave']>[0] = 'well';
  let reads = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const input = JSON.parse(await bodyOf(request)) as Input;
    const operation = (request.headers['x-amz-target'] ?? '').toString().replace('secretsmanager.', '');
    if (operation === 'GetSecretValue') reads += 1;
    if (mode === 'hangs') return;
    const { status, body } = answer(secrets, mode, operation, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };
  const server = await startLoopbackServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    ...server,
    behave: (next) => {
      mode = next;
    },
    reads: () => reads,
  };
}

function answer(
  secrets: Secrets,
  mode: 'well' | 'fails' | 'denies',
  operation: string,
  input: Input,
): Answer {
  if (mode === 'fails') return fault('InternalServiceError', 'An error occurred on the server side.', 500);
  if (mode === 'denies') return fault('AccessDeniedException', 'User is not authorized to perform this.');
  switch (operation) {
    case 'CreateSecret':
      return create(secrets, input);
    case 'PutSecretValue':
      return put(secrets, input);
    case 'GetSecretValue':
      return get(secrets, input);
    case 'DescribeSecret':
      return describe(secrets, input);
    default:
      return fault('UnknownOperationException', `this stand-in knows no ${operation}`);
  }
}

function create(secrets: Secrets, { Name, SecretString }: Input): Answer {
  if (typeof Name !== 'string') return fault('ValidationException', 'Name is missing');
  if (find(secrets, Name) !== null) return fault('ResourceExistsException', `${Name} already exists.`);
  const arn = `arn:aws:secretsmanager:eu-central-1:000000000000:secret:${Name}-AbCdEf`;
  const current = typeof SecretString === 'string' ? { id: randomUUID(), value: SecretString } : null;
  secrets.set(Name, { arn, current, previous: null });
  return { status: 200, body: { ARN: arn, Name, VersionId: current?.id } };
}

function put(secrets: Secrets, { SecretId, SecretString }: Input): Answer {
  const secret = find(secrets, SecretId);
  if (secret === null) return notFound;
  if (typeof SecretString !== 'string') return fault('ValidationException', 'SecretString is missing');
  secret.previous = secret.current;
  secret.current = { id: randomUUID(), value: SecretString };
  return { status: 200, body: { ARN: secret.arn, VersionId: secret.current.id } };
}

function get(secrets: Secrets, { SecretId, VersionStage = 'AWSCURRENT' }: Input): Answer {
  const secret = find(secrets, SecretId);
  if (secret === null) return notFound;
  const version =
    VersionStage === 'AWSCURRENT' ? secret.current : VersionStage === 'AWSPREVIOUS' ? secret.previous : null;
  if (version === null) {
    const stage = String(VersionStage);
    return fault(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  }
  return {
    status: 200,
    body: {
      ARN: secret.arn,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [VersionStage],
    },
  };
}

function describe(secrets: Secrets, { SecretId }: Input): Answer {
  const secret = find(secrets, SecretId);
  if (secret === null) return notFound;
  const stages = {
    ...(secret.current === null ? {} : { [secret.current.id]: ['AWSCURRENT'] }),
    ...(secret.previous === null ? {} : { [secret.previous.id]: ['AWSPREVIOUS'] }),
  };
  return { status: 200, body: { ARN: secret.arn, VersionIdsToStages: stages } };
}

/** By name or by ARN, as the service allows. */
function find(secrets: Secrets, id: unknown): StoredSecret | null {
  for (const [name, secret] of secrets) if (name === id || secret.arn === id) return secret;
  return null;
}
