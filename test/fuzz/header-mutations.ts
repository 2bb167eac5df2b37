import fc from 'fast-check';
import type { Draft } from './draft';
import { cardNumbers, credentialCanary } from './hostile-values';
import { type Mutation, mutatedBy } from './mutation';

const without = (headers: Draft['headers'], name: string): Draft['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([known]) => known !== name));

/** Replaces one header; an empty text leaves it out. */
const header = (options: {
  readonly what: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly appliesTo: (draft: Draft) => boolean;
  readonly isRefused?: boolean;
}): Mutation => ({
  name: options.what,
  appliesTo: options.appliesTo,
  apply: fc.constantFrom(...options.values).map((value) => (draft: Draft) => {
    const rest = without(draft.headers, options.name);
    return mutatedBy(options.what, draft, {
      headers: value === '' ? rest : { ...rest, [options.name]: value },
      mustBeRefused: options.isRefused === true,
    });
  }),
});

const readsJson = ({ operation }: Draft) => operation.body !== null;
const needsKey = ({ operation }: Draft) => operation.needsKey;
const waits = ({ operation }: Draft) => operation.waits;
const isVersioned = ({ operation }: Draft) => operation.path.startsWith('/v1/');
const always = () => true;

export const headerMutations: readonly Mutation[] = [
  header({
    what: 'other content type',
    name: 'content-type',
    values: [
      '',
      'text/plain',
      'application/xml',
      'json',
      '/',
      ';',
      'application/json5',
      'multipart/form-data; boundary=x',
    ],
    appliesTo: readsJson,
  }),
  header({
    what: 'odd content type',
    name: 'content-type',
    values: [
      'application/json; charset=utf-16',
      'APPLICATION/JSON',
      'application/json;;;',
      'application/json; charset="',
    ],
    appliesTo: readsJson,
  }),
  header({
    what: 'bad idempotency key',
    name: 'idempotency-key',
    values: ['', 'x'.repeat(256), 'x'.repeat(8_000), 'k\u00e9y', '\u00ff'],
    appliesTo: needsKey,
    isRefused: true,
  }),
  header({
    what: 'odd idempotency key',
    name: 'idempotency-key',
    values: [
      'x',
      'shared-by-many',
      '"quoted"',
      "'; --",
      '__proto__',
      'x'.repeat(255),
      credentialCanary,
      ...cardNumbers,
    ],
    appliesTo: needsKey,
  }),
  header({
    what: 'bad preference',
    name: 'prefer',
    values: ['wait=0', 'wait=-1', 'wait=1.5', 'wait=1e1', 'wait', 'wait=', 'wait=x', 'wait="'],
    appliesTo: waits,
    isRefused: true,
  }),
  header({
    what: 'odd preference',
    name: 'prefer',
    values: [
      'respond-async',
      ',,,',
      '=',
      'wait=1; x=y',
      'WAIT="1"',
      'return=minimal, wait=1',
      'x'.repeat(5_000),
    ],
    appliesTo: waits,
  }),
  header({
    what: 'unknown version',
    name: 'fincore-version',
    values: ['2020-01-01', 'x', '2026-11-21 ,', credentialCanary, ...cardNumbers],
    appliesTo: isVersioned,
    isRefused: true,
  }),
  header({
    what: 'odd request id',
    name: 'request-id',
    values: [
      'x'.repeat(65),
      '<script>',
      'a b',
      'a;b',
      '../x',
      '\u00ff',
      credentialCanary,
      '4242424242424242',
    ],
    appliesTo: always,
  }),
  header({
    what: 'forged origin',
    name: 'origin',
    values: ['https://evil.example', 'null'],
    appliesTo: always,
  }),
  header({
    what: 'forged address',
    name: 'x-forwarded-for',
    values: ['203.0.113.7', '127.0.0.1, x', 'x'.repeat(2_000), ','],
    appliesTo: always,
  }),
  header({
    what: 'odd accept',
    name: 'accept',
    values: ['text/html', 'application/xml', '*/*;q=0', 'x'.repeat(3_000)],
    appliesTo: always,
  }),
  header({
    what: 'compressed by claim',
    name: 'content-encoding',
    values: ['gzip', 'br', 'x'],
    appliesTo: readsJson,
  }),
];
