import fc from 'fast-check';
import type { Distortion, Draft } from './draft';
import { type Mutation, mutatedBy } from './mutation';

const lineEnd = '\r\n';
/** @param more header lines, as they stand */
const withLines =
  (...more: string[]): Distortion =>
  (head, body) =>
    Buffer.concat([Buffer.from([...head, ...more, '', ''].join(lineEnd), 'latin1'), body]);

/** What no client library would send, over a bare socket. */
const distortions: Readonly<Record<string, Distortion>> = {
  'line feed in a header': withLines('x-a: b\nset-cookie: c=d'),
  'carriage return in a header': withLines('x-a: b\rset-cookie: c=d'),
  'split request id': withLines('request-id: abc\r\nx-injected: 1'),
  'NUL in a header': withLines('x-a: b\u0000c'),
  'folded header': withLines('x-a: b', '  folded'),
  'space before the colon': withLines('x-a : b'),
  'header without a name': withLines(': b'),
  'two lengths': withLines('content-length: 1', 'content-length: 2'),
  'negative length': withLines('content-length: -1'),
  'length and chunks': withLines('content-length: 5', 'transfer-encoding: chunked'),
  'unknown transfer': withLines('transfer-encoding: cow'),
  'huge header': withLines(`x-large: ${'x'.repeat(20_000)}`),
  'many headers': withLines(...Array.from({ length: 3_000 }, (_, n) => `x-${String(n)}: 1`)),
  'two credentials': withLines('authorization: Bearer sk_test_second'),
  'two idempotency keys': withLines('idempotency-key: second'),
  upgrade: withLines('connection: upgrade', 'upgrade: websocket'),
  expectation: withLines('expect: 100-continue'),
  'unknown expectation': withLines('expect: 200-ok'),
  'no host': (head, body) =>
    withLines()(
      head.filter((line) => !line.startsWith('host:')),
      body,
    ),
  'absolute target': (head, body) =>
    withLines()([(head[0] ?? '').replace(' ', ' http://evil.example'), ...head.slice(1)], body),
  'space in the target': (head, body) =>
    withLines()([(head[0] ?? '').replace(' HTTP', ' x HTTP'), ...head.slice(1)], body),
  'fragment in the target': (head, body) =>
    withLines()([(head[0] ?? '').replace(' HTTP', '#x HTTP'), ...head.slice(1)], body),
  'unknown version of HTTP': (head, body) =>
    withLines()([(head[0] ?? '').replace('1.1', '9.9'), ...head.slice(1)], body),
  'HTTP/1.0': (head, body) => withLines()([(head[0] ?? '').replace('1.1', '1.0'), ...head.slice(1)], body),
  'unknown method': (head, body) =>
    withLines()([(head[0] ?? '').replace(/^\w+/, 'STEAL'), ...head.slice(1)], body),
  'no HTTP': () => 'NONSENSE\r\n\r\n',
  'TLS hello': () => Buffer.from('16030100a5010000a10303', 'hex'),
  'bad chunk': (head) =>
    `${[...head.filter((line) => !line.startsWith('content-length')), 'transfer-encoding: chunked', '', 'zz', '{}'].join(lineEnd)}${lineEnd}`,
};

export const distortionNames = Object.keys(distortions);

/** The draft as no client library would send it, in each of the ways. */
export const distortedInEachWay: readonly ((draft: Draft) => Draft)[] = Object.entries(distortions).map(
  ([name, distortion]) =>
    (draft: Draft) =>
      mutatedBy(`wire: ${name}`, draft, { distortion }),
);

const distorted: Mutation = {
  name: 'wire',
  appliesTo: () => true,
  apply: fc.constantFrom(...distortedInEachWay),
};

export const wireMutations: readonly Mutation[] = [distorted];
