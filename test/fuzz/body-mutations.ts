import fc from 'fast-check';
import { type Draft, textPart } from './draft';
import { hostileJson, hostileNames } from './hostile-values';
import { type Mutation, mutatedBy } from './mutation';

const hasMembers = ({ body }: Draft) => body.kind === 'members';
const readsJson = ({ operation }: Draft) => operation.body !== null;
const membersOf = ({ body }: Draft) => (body.kind === 'members' ? body.members : []);

const replaceMember: Mutation = {
  name: 'hostile member',
  appliesTo: (draft) => membersOf(draft).length > 0,
  apply: fc.tuple(fc.nat(20), hostileJson).map(([at, json]) => (draft: Draft) => {
    const members = [...membersOf(draft)];
    const place = at % members.length;
    const [name = ''] = members[place] ?? [];
    members[place] = [name, textPart(json)];
    return mutatedBy('hostile member', draft, { body: { kind: 'members', members } });
  }),
};

const dropMember: Mutation = {
  name: 'missing member',
  appliesTo: (draft) => membersOf(draft).length > 0,
  apply: fc.nat(20).map((at) => (draft: Draft) => {
    const members = membersOf(draft);
    const left = members.filter((_, index) => index !== at % members.length);
    return mutatedBy('missing member', draft, { body: { kind: 'members', members: left } });
  }),
};

const addMember: Mutation = {
  name: 'extra member',
  appliesTo: hasMembers,
  apply: fc.tuple(hostileNames, hostileJson).map(([name, json]) => (draft: Draft) => {
    const members = [...membersOf(draft), [name, textPart(json)] as const];
    return mutatedBy('extra member', draft, { body: { kind: 'members', members }, mustBeRefused: true });
  }),
};

const duplicateMember: Mutation = {
  name: 'member twice',
  appliesTo: (draft) => membersOf(draft).length > 0,
  apply: fc.tuple(fc.nat(20), hostileJson).map(([at, json]) => (draft: Draft) => {
    const members = membersOf(draft);
    const [name = ''] = members[at % members.length] ?? [];
    const twice = [...members, [name, textPart(json)] as const];
    return mutatedBy('member twice', draft, {
      body: { kind: 'members', members: twice },
      mustBeRefused: true,
    });
  }),
};

const megabyte = 1_048_576;
const oversized = Buffer.alloc(megabyte + 1, ' ');
const manyKeys = Buffer.from(
  `{${Array.from({ length: 60_000 }, (_, n) => `"${n.toString(36)}":1`).join(',')}}`,
);
const deep = Buffer.from(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);

/** Bodies that are no JSON object, or one that no reader should build. */
const wholeBodies = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '[{}]',
    '"text"',
    '42',
    'true',
    '{',
    '{}{}',
    '{"amount":1,}',
    "{'a':1}",
    'a=b&c=d',
  ],
  ...[
    '\u0000',
    '\ufeff{}',
    '{"a":1}\n{"a":1}',
    '<xml/>',
    '{"__proto__":{"admin":true}}',
    '{"\\u005f_proto__":1}',
  ],
].map((text) => Buffer.from(text));
const brokenUtf8 = Buffer.concat([
  Buffer.from('{"description":"'),
  Buffer.from([0xff, 0xc0, 0x80]),
  Buffer.from('"}'),
]);
const utf16 = Buffer.from('{"amount":1}', 'utf16le');

const wholeBody: Mutation = {
  name: 'hostile body',
  appliesTo: readsJson,
  apply: fc
    .oneof(
      { weight: 30, arbitrary: fc.constantFrom(...wholeBodies, brokenUtf8, utf16) },
      { weight: 3, arbitrary: fc.constantFrom(oversized, manyKeys, deep) },
      { weight: 5, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 5, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
    )
    .map((bytes) => (draft: Draft) => mutatedBy('hostile body', draft, { body: { kind: 'bytes', bytes } })),
};

/** Beside bodies that the route itself refuses: what the reader of bytes refuses before any route. */
const noticeBody: Mutation = {
  name: 'notice of a stranger',
  appliesTo: ({ operation }) => operation.method === 'POST' && operation.body === null,
  apply: fc
    .tuple(
      fc.constantFrom(Buffer.alloc(0), oversized, Buffer.from('{}'), Buffer.from([0xff])),
      fc.constantFrom(
        '',
        't=1,v1=00',
        't=,v1=',
        `t=${'9'.repeat(400)},v1=x`,
        'v1=x',
        't=1e400,v1=00',
        ','.repeat(500),
      ),
    )
    .map(
      ([bytes, signature]) =>
        (draft: Draft) =>
          mutatedBy('notice of a stranger', draft, {
            body: { kind: 'bytes', bytes },
            headers: { ...draft.headers, ...(signature === '' ? {} : { 'stripe-signature': signature }) },
            mustBeRefused: true,
          }),
    ),
};

export const bodyMutations: readonly Mutation[] = [
  replaceMember,
  replaceMember,
  replaceMember,
  dropMember,
  addMember,
  duplicateMember,
  wholeBody,
  noticeBody,
];
