import type { Refusal } from '../../core/kernel';
import { type ErrorCode, entryOf } from './catalogue';
import { statusOf } from './status-of';

/** One of several faults of one request. */
export interface ProblemPart {
  /** JSON Pointer into the body or the query. */
  readonly param: string;
  readonly detail: string;
}

export interface ProblemFacts {
  readonly code: ErrorCode;
  /** What was received and what is allowed, as one sentence. @default the code's meaning, and what to do about it */
  readonly detail?: string;
  readonly param?: string;
  readonly parts?: readonly ProblemPart[];
  /** Sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Ends a request with a problem answer. Thrown by plugins and routes, caught by the error handler only. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly facts: ProblemFacts;

  constructor(facts: ProblemFacts) {
    super(facts.detail ?? facts.code, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.facts = facts;
  }
}

export const refused = ({ code, message, param }: Refusal<ErrorCode>): Problem =>
  new Problem(param === undefined ? { code, detail: message } : { code, detail: message, param });

/** The body of a problem answer (RFC 9457), with the members that API.md adds. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly param?: string;
  readonly errors?: readonly ProblemPart[];
}

export function problemBody(
  facts: ProblemFacts,
  request: { readonly baseUrl: string; readonly path: string; readonly requestId: string },
): ProblemBody {
  const { code, detail, param, parts } = facts;
  const { meaning, remedy } = entryOf(code);
  return {
    type: `${request.baseUrl}/errors/${code}`,
    title: meaning,
    status: statusOf[code],
    detail: detail ?? `${meaning} ${remedy}`,
    instance: request.path,
    code,
    request_id: request.requestId,
    ...(param === undefined ? {} : { param }),
    ...(parts === undefined ? {} : { errors: parts }),
  };
}
