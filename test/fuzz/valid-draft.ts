import fc from 'fast-check';
import { arbitraryOf } from './arbitrary-of-schema';
import type { Operation, Parameter } from './api-document';
import { type Draft, type DraftBody, type Part, textPart } from './draft';
import type { Whose } from './known-ids';

/** Parameters and members that hold an id without an example that shows its kind. */
const prefixByName: Readonly<Record<string, string>> = {
  charge: 'ch',
  account: 'acct',
  actor: 'key',
  subject: 'ch',
};
const idExample = /^([a-z]{2,5})_[0-9a-z_]{10,}$/;

const whose: fc.Arbitrary<Whose> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('own' as const) },
  { weight: 1, arbitrary: fc.constant('foreign' as const) },
  { weight: 1, arbitrary: fc.constant('unknown' as const) },
);

const idPart = (prefix: string): fc.Arbitrary<Part> =>
  fc.record({ kind: fc.constant('id' as const), prefix: fc.constant(prefix), whose, pick: fc.nat(10_000) });

/** Requests that the document allows. */
export function validDraft(operation: Operation): fc.Arbitrary<Draft> {
  const { path, method, parameters, needsKey, waits } = operation;
  const inPath = new Map(
    parameters.filter((known) => known.in === 'path').map((known) => [known.name, known]),
  );
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => {
      const known = inPath.get(/^\{(\w+)\}$/.exec(segment)?.[1] ?? '');
      return known === undefined ? fc.constant(textPart(segment)) : pathPart(known);
    });
  return fc.record({
    operation: fc.constant(operation),
    mutations: fc.constant([]),
    mustBeRefused: fc.constant(false),
    method: fc.constant(method),
    tenant: fc.constantFrom(0 as const, 1 as const),
    segments: fc.tuple(...segments),
    query: queryOf(operation),
    rawQuery: fc.constant(''),
    headers: headersOf(needsKey, waits),
    credential: fc.oneof(
      { weight: 9, arbitrary: fc.constant('own' as const) },
      { weight: 1, arbitrary: fc.constant('own_as_basic' as const) },
    ),
    body: bodyOf(operation),
    distortion: fc.constant(null),
    followUp: needsKey
      ? fc.constantFrom('none', 'none', 'none', 'replay', 'other_body', 'other_tenant')
      : fc.constant('none' as const),
  });
}

function pathPart({ example, schema }: Parameter): fc.Arbitrary<Part> {
  const text = typeof example === 'string' ? example : '';
  const prefix = idExample.exec(text)?.[1];
  if (prefix !== undefined) return idPart(prefix);
  return text === ''
    ? arbitraryOf(schema).map((value) => textPart(String(value)))
    : fc.constant(textPart(text));
}

const headersOf = (needsKey: boolean, waits: boolean): fc.Arbitrary<Record<string, string>> =>
  fc
    .record({
      key: fc.uuid(),
      wait: fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constant('wait=1') },
      ),
    })
    .map(({ key, wait }) => ({
      ...(needsKey ? { 'idempotency-key': key } : {}),
      ...(waits && wait !== '' ? { prefer: wait } : {}),
    }));

/** A few of the parameters at a time. Cursors exclude each other, and a value its bounds, which no schema says. */
function queryOf(operation: Operation): fc.Arbitrary<[string, Part][]> {
  const known = operation.parameters.filter((parameter) => parameter.in === 'query');
  const rarely = known.map((parameter) =>
    fc
      .tuple(fc.nat(3), parameterValues(operation, parameter))
      .map(([dice, pairs]) => (dice === 0 ? pairs : [])),
  );
  return fc.tuple(...rarely).map((groups) => {
    const all = groups.flat();
    const names = new Set(all.map(([name]) => name));
    const pairs = all.filter(
      ([name]) => !/\[[gl]te?\]$/.test(name) || !names.has(name.slice(0, name.indexOf('['))),
    );
    const hasBoth = ['starting_after', 'ending_before'].every((name) =>
      pairs.some(([known]) => known === name),
    );
    return hasBoth ? pairs.filter(([name]) => name !== 'ending_before') : pairs;
  });
}

function parameterValues(operation: Operation, { name, schema }: Parameter): fc.Arbitrary<[string, Part][]> {
  const prefix =
    name === 'starting_after' || name === 'ending_before' ? listedPrefix(operation) : prefixByName[name];
  if (prefix !== undefined) return idPart(prefix).map((part) => [[name, part]]);
  return arbitraryOf(schema).map((value) => pairsOf(name, value));
}

function pairsOf(name: string, value: unknown): [string, Part][] {
  if (Array.isArray(value)) return value.map((item) => [name, textPart(String(item))]);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, member]) => [`${name}[${key}]`, textPart(String(member))]);
  return [[name, textPart(String(value))]];
}

/** What a list lists, from the example of its answer. */
function listedPrefix({ answers }: Operation): string {
  const example = answers['200']?.['application/json']?.examples?.['answer']?.value;
  const first = (example as { data?: { id?: string }[] } | undefined)?.data?.[0]?.id;
  return idExample.exec(first ?? '')?.[1] ?? 'ch';
}

function bodyOf({ body, method }: Operation): fc.Arbitrary<DraftBody> {
  if (method !== 'POST') return fc.constant({ kind: 'none' });
  if (body === null) return fc.constant({ kind: 'bytes', bytes: Buffer.from('{"id":"evt_1","type":"x"}') });
  return arbitraryOf(body).chain((made) => {
    const members = Object.entries(made as Record<string, unknown>).map(([name, value]) =>
      fc.tuple(fc.constant(name), memberPart(name, value)),
    );
    return fc.tuple(...members).map((parts) => ({ kind: 'members', members: parts }));
  });
}

function memberPart(name: string, value: unknown): fc.Arbitrary<Part> {
  const prefix = prefixByName[name];
  return prefix === undefined ? fc.constant(textPart(JSON.stringify(value))) : idPart(prefix);
}
