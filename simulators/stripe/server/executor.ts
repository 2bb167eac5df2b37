import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { alter } from '../faults/alteration';
import type { PlannedFaults } from '../faults/planned-faults';
import { render } from '../resources/render';
import type { StoredAnswer } from '../store/answers';
import type { Store } from '../store/store';
import type { UnitOfWork } from '../store/unit-of-work';
import { ApiError, errorBody, invalidRequest } from '../wire/api-error';
import type { Credentials } from '../wire/authentication';
import { expand } from '../wire/expansion';
import type { Parameters } from '../wire/parameters';
import type { Answer } from './answer';
import type { Reply } from './call';
import type { RouteMatch } from './router';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** The form as it was sent, for comparing the requests of one idempotency key. */
  readonly form: string;
  readonly parameters: Parameters;
  readonly match: RouteMatch;
  readonly credentials: Credentials;
  readonly idempotencyKey: string | null;
  readonly requestId: string;
  readonly faults: PlannedFaults;
}

const keyLengthLimit = 255;

/** Runs calls against the store, each at most once per idempotency key. */
export class Executor {
  constructor(
    private readonly store: Store,
    private readonly publicUrl: () => string,
    private readonly log: (line: string) => void,
  ) {}

  async execute(request: ApiRequest): Promise<Answer> {
    const key = request.method === 'POST' ? request.idempotencyKey : null;
    if (key === null) return this.run(request, undefined);
    if (key.length > keyLengthLimit) {
      throw invalidRequest(
        `Idempotency keys can be at most ${keyLengthLimit} characters; this one has ${key.length}.`,
        {},
      );
    }
    const { accountId } = request.credentials;
    const fingerprint = fingerprintOf(request);
    const { answers } = this.store.account(accountId);
    const stored = this.store.answers.find(answers, key, this.store.nowMs());
    if (stored !== undefined) {
      await this.store.durable();
      return replay(stored, fingerprint, request);
    }
    if (!this.store.answers.reserve(accountId, key)) throw keyInUse(key);
    try {
      return await this.run(request, { key, fingerprint });
    } finally {
      this.store.answers.release(accountId, key);
    }
  }

  private async run(request: ApiRequest, keyed: Keyed | undefined): Promise<Answer> {
    const { faults, credentials, requestId } = request;
    if (faults.latencyMs > 0) await delay(faults.latencyMs);
    faults.interruptBefore();
    const origin = { requestId, idempotencyKey: request.idempotencyKey };
    const unit = this.store.begin(this.store.account(credentials.accountId), origin);
    const outcome = this.handle(request, unit);
    const final = faults.failsAfter ? serverErrorAfterEffect(requestId) : outcome;
    const isStored = keyed !== undefined && final.isStorable;
    await this.store.commit(
      unit,
      isStored ? storedAnswer(final, { ...keyed, atMs: unit.nowMs, requestId }) : undefined,
    );
    faults.interruptAfter();
    return altered({ status: final.status, body: final.body, headers: final.headers }, faults);
  }

  private handle(request: ApiRequest, unit: UnitOfWork): Outcome {
    const { match, parameters, credentials, requestId } = request;
    try {
      parameters.allowOnly(match.route.parameters);
      const reply = match.route.handle({
        unit,
        parameters,
        id: match.id,
        secondId: match.secondId,
        keyKind: credentials.keyKind,
        publicUrl: this.publicUrl(),
      });
      return success(unit, reply, parameters.texts('expand') ?? []);
    } catch (error) {
      // A declined card leaves its traces (a failed charge, the intent's last error); any other refusal leaves none.
      if (!(error instanceof ApiError && error.status === 402)) unit.discard();
      if (error instanceof ApiError) return refusal(error, requestId);
      this.log(`Request ${requestId} to ${request.method} ${request.path} failed: ${describe(error)}`);
      const unexpected = new ApiError(500, 'api_error', 'An unknown error occurred');
      return { ...refusal(unexpected, requestId), isStorable: false };
    }
  }
}

interface Keyed {
  readonly key: string;
  readonly fingerprint: string;
}

interface Outcome extends Answer {
  /** Stripe remembers an answer once the endpoint began to work, so not what validation refused. */
  readonly isStorable: boolean;
  readonly shown: StoredAnswer['body'];
}

function success(unit: UnitOfWork, reply: Reply, paths: readonly string[]): Outcome {
  const object = 'kind' in reply ? render(reply) : reply.value;
  const body = JSON.stringify(paths.length === 0 ? object : expand(unit, object, paths));
  // Only what this unit stored, shown without other objects, looks the same when it is rendered again later.
  const isRepeatable =
    'kind' in reply && paths.length === 0 && unit.puts.some((put) => put.state === reply.state);
  return { status: 200, body, headers: {}, isStorable: true, shown: isRepeatable ? reply : body };
}

function refusal(error: ApiError, requestId: string): Outcome {
  const body = errorBody(error, requestId);
  const isValidation = error.details.code?.startsWith('parameter_') ?? false;
  return { status: error.status, body, headers: error.headers, isStorable: !isValidation, shown: body };
}

/** The effect stays; the client, and each retry with the key, gets another answer. */
function serverErrorAfterEffect(requestId: string): Outcome {
  return refusal(new ApiError(500, 'api_error', 'An unknown error occurred'), requestId);
}

function storedAnswer(
  outcome: Outcome,
  { key, fingerprint, atMs, requestId }: Keyed & { readonly atMs: number; readonly requestId: string },
): StoredAnswer {
  const { status, shown: body } = outcome;
  return { id: key, created: Math.floor(atMs / 1_000), fingerprint, status, atMs, requestId, body };
}

function replay(stored: StoredAnswer, fingerprint: string, request: ApiRequest): Answer {
  if (stored.fingerprint !== fingerprint) {
    throw new ApiError(
      400,
      'idempotency_error',
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${stored.id}' if you meant to execute a different request.`,
    );
  }
  request.faults.interruptAfter();
  const answer = {
    status: stored.status,
    body: typeof stored.body === 'string' ? stored.body : JSON.stringify(render(stored.body)),
    headers: { 'idempotent-replayed': 'true', 'original-request': stored.requestId },
  };
  return altered(answer, request.faults);
}

/** The answer as the client reads it; what is stored for its key stays as it is. */
function altered(answer: Answer, { alterations }: PlannedFaults): Answer {
  if (alterations.length === 0 || answer.status !== 200) return answer;
  return { ...answer, body: JSON.stringify(alterations.reduce<unknown>(alter, JSON.parse(answer.body))) };
}

const keyInUse = (key: string): ApiError =>
  new ApiError(
    409,
    'idempotency_error',
    `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    { code: 'idempotency_key_in_use' },
    { 'stripe-should-retry': 'true' },
  );

/** The order in which a client sends its parameters means nothing. */
function fingerprintOf({ method, path, form }: ApiRequest): string {
  return hash('sha256', `${method} ${path}\n${form.split('&').sort().join('&')}`, 'base64url').slice(0, 22);
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
