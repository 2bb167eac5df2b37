import fc from 'fast-check';

/** Numbers that cards of test accounts have; none may be repeated, logged or stored. */
export const cardNumbers = [
  '4242424242424242',
  '5555 5555 5555 4444',
  '3782-822463-10005',
  '6011111111111117',
];

/** Looks like a credential; an answer that quotes it back would quote a real one too. */
export const credentialCanary = 'sk_test_canary0credential0never0quoted';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Texts of JSON values that a member does not expect, or that no reader should round, trim or trust. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '0',
      '-0',
      '-1',
      '1.5',
      '1e3',
      '1E400',
      '1.0',
      '0.1e1',
      '9007199254740992',
      '99999999999',
      '100000000000',
    ],
    ...['99999999999999999999999999', '-9223372036854775809', 'NaN', 'Infinity', '01', '+1', '.5', '0x10'],
    ...[
      'null',
      'true',
      '[]',
      '{}',
      '""',
      '" "',
      '"1e3"',
      '"100"',
      '"null"',
      nested(7),
      nested(12),
      nested(10_000),
    ],
    ...[
      '"\\u0000"',
      '"a\\u0000b"',
      '"\\ud800"',
      '"\\udc00x"',
      '"\u202eevil"',
      '"\\u2066x"',
      '"\\ud83d\\ude00"',
    ],
    ...[
      '"a\\r\\nset-cookie: a=b"',
      '"=1+1"',
      '"<script>x</script>"',
      '"\'; --"',
      '"../../x"',
      '"%00"',
      '"e\\u0301"',
    ],
    ...[
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{}}}',
      '{"a":{"b":{"c":1}}}',
      '[1,"2",null]',
    ],
    ...['"unterminated', '{"a":1', 'undefined', "'single'", '"\t"', '/* */1', '1,'],
    ...['"EURO"', '"XXX"', '"eur "', '"2016-12-31T23:59:60Z"', '"tok_"', '"pm_x y"', '"mer_"', '"ch_"'],
  ),
  fc.constantFrom(...cardNumbers).map((number) => JSON.stringify(number)),
  fc.constantFrom(...cardNumbers).map((number) => number.replace(/\D/g, '')),
  fc.constant(JSON.stringify(credentialCanary)),
  fc.constantFrom(41, 256, 501, 1_001, 70_000).map((length) => JSON.stringify('x'.repeat(length))),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => JSON.stringify(text)),
);

/** Names that a body does not expect. */
export const hostileNames = fc.oneof(
  fc.constantFrom(
    'status',
    'tenant_id',
    'tenant',
    'role',
    'id',
    'created',
    'Amount',
    'amount ',
    '',
    'toString',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'a/b~c',
    'x'.repeat(300),
    '\u202ex',
    ...cardNumbers,
  ),
  fc.string({ unit: 'grapheme', maxLength: 10 }),
);

/** Values for a query parameter; encoded before they are sent. */
export const hostileQueryValues: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '0',
      '-1',
      '1.5',
      '1e3',
      '1e30',
      '101',
      '9007199254740992',
      '9223372036854775808',
      '1'.repeat(40),
    ],
    ...[
      'null',
      'true',
      'NaN',
      'Infinity',
      '0x10',
      '[]',
      '{}',
      '\u0000',
      'a\u0000b',
      '\u202e',
      '"',
      "'; --",
      '%',
      '\\',
    ],
    ...['2016-12-31T23:59:60Z', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
    ...['2026-11-21T09:30:00+14:00', '2026-11-21T09:30:00+23:59', '2026-11-21', '2026-11-21t09:30:00z'],
    ...[
      '2026-11-21 09:30:00Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T09:30:00.123456789123Z',
      '1970-01-01T00:00:00Z',
    ],
    ...[
      'ch_',
      're_00000000000000000000000000',
      'aud_',
      'acct_x',
      'txn_00000000000000000000000000',
      'x'.repeat(65),
    ],
    ...['x'.repeat(3_000), credentialCanary, ...cardNumbers],
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);

/** Whole query strings, as they stand. */
export const hostileQueries = fc.constantFrom(
  ...[
    '%zz=1',
    'limit=%',
    'limit=%ff',
    '&&&=',
    '=',
    '?',
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
    'limit=1;2',
  ],
  ...[
    'created=2026-11-21',
    'created[foo]=1',
    'created[gte][x]=1',
    'created[]=1',
    'amount[gte]=1e30',
    'amount=5',
  ],
  ...['amount[gte]=9223372036854775808', 'created[lte]=2016-12-31T23:59:60Z', 'at=2016-12-31T23:59:60Z'],
  ...[
    'status[0]=x',
    'status[100]=failed',
    'status=failed&status=failed',
    'metadata=x',
    'metadata[]=x',
    'metadata[a][b]=c',
  ],
  ...[
    'metadata[__proto__]=x',
    '__proto__[admin]=1',
    'constructor[prototype][x]=1',
    'hasOwnProperty=1',
    'toString=1',
  ],
  ...[
    'starting_after=x&ending_before=y',
    'starting_after[]=x',
    'unknown=1',
    'unknown[a]=1',
    `x=${'y'.repeat(8_000)}`,
  ],
  `status=${Array.from({ length: 200 }, () => 'failed').join('&status=')}`,
);

/** What a path segment should not be; sent as it stands. */
export const hostileSegments = fc.constantFrom(
  ...[
    '',
    '.',
    '..',
    '%2e%2e',
    '%00',
    '%zz',
    '%',
    '%ff',
    'a%2Fb',
    '%252F',
    '*',
    ':id',
    '~',
    '%F0%9F%98%80',
    '%E2%80%AE',
  ],
  ...[
    'null',
    'undefined',
    '0',
    '-1',
    'x'.repeat(101),
    'x'.repeat(2_000),
    credentialCanary,
    'ch_',
    'CH_0',
    '__proto__',
  ],
  ...[
    '4242424242424242',
    '4242%204242%204242%204242',
    'a;b',
    "'",
    '%22',
    '%3Cscript%3E',
    'ch_0000000000000000000000000Z',
  ],
);
