import * as fc from 'fast-check';
import { numberAsWritten } from '../../../src/api/json/number-as-written';

test.each([
  ['{"amount":9007199254740993}', '/amount', '9007199254740993'],
  ['{"amount": 1e400 }', '/amount', '1e400'],
  ['{"a":{"b":[1,{"c":-0.10}]}}', '/a/b/1/c', '-0.10'],
  ['{"a":[10,20,[30,40]]}', '/a/2/1', '40'],
  [String.raw`{"\u0061\"b":1.50}`, '/a"b', '1.50'],
  ['{"a/b~c":12}', '/a~1b~0c', '12'],
  ['7', '', '7'],
  ['{"text":"{\\"amount\\":5}","amount":6}', '/amount', '6'],
  ['{"amount":"9007199254740993"}', '/amount', null],
  ['{"amount":true}', '/amount', null],
  ['{"amount":1}', '/other', null],
  ['', '/amount', null],
])('%j has at %s the number %s', (json, pointer, number) => {
  expect(numberAsWritten(json, pointer)).toBe(number);
});

test('every number of any JSON is found at its place', () => {
  const places = (value: unknown, pointer: string): readonly (readonly [string, number])[] =>
    typeof value === 'number'
      ? [[pointer, value]]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, member]) =>
            places(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
          )
        : [];
  fc.assert(
    fc.property(fc.json(), (json) => {
      for (const [pointer, value] of places(JSON.parse(json), ''))
        expect(Number(numberAsWritten(json, pointer))).toBe(value);
    }),
  );
});
