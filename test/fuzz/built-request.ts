import type { CredentialChoice, Draft, Part } from './draft';
import type { KnownIds } from './known-ids';

/** The credentials of a run: two tenants, so that each is the other's stranger. */
export interface Credentials {
  readonly tenants: readonly [TenantKeys, TenantKeys];
  readonly operator: string;
  /** A key that was good once. */
  readonly revoked: string;
}

export interface TenantKeys {
  readonly secret: string;
  readonly publishable: string;
}

export interface BuiltRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** The ids that it names, to be blanked where two answers are compared. */
  readonly ids: readonly string[];
}

/** Fills in what a draft leaves open: ids that exist by now, and the credential. */
export function buildRequest(draft: Draft, known: KnownIds, credentials: Credentials): BuiltRequest {
  const ids: string[] = [];
  let outer: string | undefined;
  const fill = (part: Part): string => {
    if (part.kind === 'text') return part.text;
    const owner = ownerOf(draft, part.whose);
    const id =
      part.whose === 'unknown'
        ? known.unknown(part.prefix)
        : known.pick({ prefix: part.prefix, owner, at: part.pick, within: outer });
    outer = id;
    ids.push(id);
    return id;
  };
  const path = `/${draft.segments.map(fill).join('/')}`;
  const pairs = draft.query.map(([name, part]) => `${encoded(name)}=${encoded(fill(part))}`);
  const query = [...pairs, ...(draft.rawQuery === '' ? [] : [draft.rawQuery])].join('&');
  const body = bodyOf(draft, fill);
  return {
    method: draft.method,
    target: query === '' ? path : `${path}?${query}`,
    headers: {
      ...(body === null || draft.operation.body === null ? {} : { 'content-type': 'application/json' }),
      ...withoutType(draft),
      ...authorization(draft, credentials),
    },
    body,
    ids,
  };
}

/** A draft that says nothing about its type sends JSON; one whose type was taken away sends none. */
function withoutType(draft: Draft): Readonly<Record<string, string>> {
  const isTypeless =
    draft.mutations.includes('other content type') && draft.headers['content-type'] === undefined;
  return isTypeless ? { ...draft.headers, 'content-type': '' } : draft.headers;
}

const encoded = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/%5B/g, '[')
    .replace(/%5D/g, ']');

function bodyOf({ body }: Draft, fill: (part: Part) => string): Buffer | null {
  switch (body.kind) {
    case 'none':
      return null;
    case 'bytes':
      return body.bytes;
    case 'members': {
      const members = body.members.map(([name, part]) => {
        const json = part.kind === 'id' ? JSON.stringify(fill(part)) : part.text;
        return `${JSON.stringify(name)}:${json}`;
      });
      return Buffer.from(`{${members.join(',')}}`);
    }
  }
}

/** Who has seen the ids that a caller knows. */
export const ownerNames = ['first tenant', 'second tenant', 'operator'] as const;

export function ownerOf(
  { operation, tenant }: Pick<Draft, 'operation' | 'tenant'>,
  whose: 'own' | 'foreign' | 'unknown',
): string {
  if (!operation.callers.includes('secretKey')) return 'operator';
  const index = whose === 'foreign' ? 1 - tenant : tenant;
  return ownerNames[index] ?? 'operator';
}

function authorization(draft: Draft, credentials: Credentials): Readonly<Record<string, string>> {
  const { operation, tenant, credential } = draft;
  if (operation.callers.length === 0) return {};
  const keys = credentials.tenants[tenant];
  const isForMerchants = operation.callers.includes('secretKey');
  const own = isForMerchants ? keys.secret : credentials.operator;
  const value = credentialValue(credential, {
    own,
    publishable: keys.publishable,
    otherRole: isForMerchants ? credentials.operator : keys.secret,
    revoked: credentials.revoked,
  });
  return value === null ? {} : { authorization: value };
}

function credentialValue(
  choice: CredentialChoice,
  keys: {
    readonly own: string;
    readonly publishable: string;
    readonly otherRole: string;
    readonly revoked: string;
  },
): string | null {
  switch (choice) {
    case 'own':
      return `Bearer ${keys.own}`;
    case 'own_as_basic':
      return `Basic ${Buffer.from(`${keys.own}:`).toString('base64')}`;
    case 'missing':
      return null;
    case 'unknown':
      return 'Bearer sk_test_000000000000000000000000000000000000000000';
    case 'mutilated':
      return `Bearer ${keys.own.slice(0, -1)}`;
    case 'publishable':
      return `Bearer ${keys.publishable}`;
    case 'revoked':
      return `Bearer ${keys.revoked}`;
    case 'other_role':
      return `Bearer ${keys.otherRole}`;
    case 'other_scheme':
      return `Digest username="${keys.own}"`;
    case 'endless':
      return `Bearer ${keys.own}${'x'.repeat(4_000)}`;
  }
}
