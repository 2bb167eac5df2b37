import type { Operation } from './api-document';
import type { Whose } from './known-ids';

/** A piece of a request: words, or the id of something that exists when it is sent. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'id'; readonly prefix: string; readonly whose: Whose; readonly pick: number };

export const textPart = (text: string): Part => ({ kind: 'text', text });

/** With which credential a request is sent. `own` is one that opens the route, of the first or second tenant. */
export type CredentialChoice =
  | 'own'
  | 'own_as_basic'
  | 'missing'
  | 'unknown'
  | 'mutilated'
  | 'publishable'
  | 'revoked'
  | 'other_role'
  | 'other_scheme'
  | 'endless';

export type DraftBody =
  | { readonly kind: 'none' }
  /** Each value is JSON text, so that it can be what no parser makes, for example 1e3. */
  | { readonly kind: 'members'; readonly members: readonly (readonly [string, Part])[] }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** What is done to the bytes of a whole request before they go over a bare socket. */
export type Distortion = (head: readonly string[], body: Buffer) => string | Buffer;

/** A request as it was made up, before ids and credentials are known. The same seed makes the same drafts. */
export interface Draft {
  readonly operation: Operation;
  /** Names of what was made hostile, in order; empty for a request that must be understood. */
  readonly mutations: readonly string[];
  /** Whether an answer other than 4xx is a fault. */
  readonly mustBeRefused: boolean;
  readonly method: string;
  readonly tenant: 0 | 1;
  readonly segments: readonly Part[];
  readonly query: readonly (readonly [string, Part])[];
  /** Appended to the query as it stands. */
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly credential: CredentialChoice;
  readonly body: DraftBody;
  readonly distortion: Distortion | null;
  /** What is asked again once the answer is there. */
  readonly followUp: 'none' | 'replay' | 'other_body' | 'other_tenant';
}

/** Whether every id in it belongs to somebody else, so that it must look unknown. */
export const namesForeign = ({ segments, query, body }: Draft): boolean =>
  [...segments, ...query.map(([, part]) => part), ...partsOf(body)].some(
    (part) => part.kind === 'id' && part.whose === 'foreign',
  );

const partsOf = (body: DraftBody): readonly Part[] =>
  body.kind === 'members' ? body.members.map(([, part]) => part) : [];

/** The same request about ids that nobody has. */
export function aboutUnknown(draft: Draft): Draft {
  const unknown = (part: Part): Part =>
    part.kind === 'id' && part.whose === 'foreign' ? { ...part, whose: 'unknown' } : part;
  const { body } = draft;
  return {
    ...draft,
    segments: draft.segments.map(unknown),
    query: draft.query.map(([name, part]) => [name, unknown(part)] as const),
    body:
      body.kind === 'members'
        ? { ...body, members: body.members.map(([name, part]) => [name, unknown(part)] as const) }
        : body,
  };
}
