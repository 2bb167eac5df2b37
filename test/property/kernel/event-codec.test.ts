import * as fc from 'fast-check';
import { InvariantViolation, type JsonObject, eventCodec } from '../../../src/core/kernel';

interface Renamed {
  readonly type: 'Renamed';
  readonly [field: string]: unknown;
}
interface Other {
  readonly type: 'Other';
}

const field = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((name) => name !== 'type' && name !== '__proto__');

/** Upcasters that each leave their mark, in the order in which they ran. */
const upcasters = (count: number) =>
  Array.from({ length: count }, (_, index) => (data: JsonObject): JsonObject => ({
    ...data,
    steps: [...(Array.isArray(data.steps) ? (data.steps as number[]) : []), index + 1],
  }));

test('an event of any earlier version passes through every later upcaster once, in order', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(8), (count, stored) => {
      const codec = eventCodec<Renamed | Other>({ Renamed: upcasters(count), Other: [] });
      const newest = count + 1;
      expect(codec.encode({ type: 'Renamed' }).schemaVersion).toBe(newest);
      const version = stored + 1;
      const decode = () => codec.decode({ type: 'Renamed', schemaVersion: version, data: {} });
      if (version > newest) {
        expect(decode).toThrow(InvariantViolation);
        return;
      }
      const expected = Array.from({ length: newest - version }, (_, index) => version + index);
      expect(decode()).toEqual({ type: 'Renamed', ...(expected.length > 0 && { steps: expected }) });
    }),
  );
});

test('any JSON fields whose texts can be stored come back as they were, through the text that the journal stores', () => {
  // A number's minus is lost on zero by JSON itself.
  const value = fc
    .jsonValue({ noUnicodeString: false })
    .map((json) => JSON.stringify(json))
    .filter((json) => !/\\u(?:0000|d[89a-f])/.test(json))
    .map((json) => JSON.parse(json) as unknown);
  fc.assert(
    fc.property(fc.dictionary(field, value), (fields) => {
      const codec = eventCodec<Renamed>({ Renamed: [] });
      const event: Renamed = { ...fields, type: 'Renamed' };
      const encoded = codec.encode(event);
      const data = JSON.parse(JSON.stringify(encoded.data)) as JsonObject;
      expect(codec.decode({ ...encoded, data })).toEqual(event);
    }),
  );
});

test('no text holds what a database refuses, however deep it lies, and every other text is as it was', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', 'é', '🙂', '\0', '\ud83d', '\ude42'),
    maxLength: 6,
  });
  const { tree } = fc.letrec((again) => ({
    tree: fc.oneof({ maxDepth: 3 }, text, fc.array(again('tree')), fc.dictionary(text, again('tree'))),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const codec = eventCodec<Renamed>({ Renamed: [] });
      const { data } = codec.encode({ type: 'Renamed', value });
      // JSON writes both as escapes, and writes no other character so here.
      const written = JSON.stringify({ value }).replaceAll(/\\u0000|\\ud83d|\\ude42/g, '\uFFFD');
      expect(JSON.stringify(data)).not.toMatch(/\\u/);
      expect(data).toEqual(JSON.parse(written));
    }),
  );
});

test('a number that JSON cannot write is a bug, however deep it lies', () => {
  const codec = eventCodec<Renamed>({ Renamed: [] });
  for (const number of [NaN, Infinity, -Infinity])
    for (const value of [number, [number], { deep: [{ deeper: number }] }])
      expect(() => codec.encode({ type: 'Renamed', value })).toThrow(InvariantViolation);
});

test('an event of another context is none of this codec’s', () => {
  const codec = eventCodec<Other>({ Other: [] });
  fc.assert(
    fc.property(
      fc
        .oneof(fc.string(), fc.constantFrom('toString', 'constructor', '__proto__'))
        .filter((type) => type !== 'Other'),
      (type) => expect(codec.decode({ type, schemaVersion: 1, data: {} })).toBeNull(),
    ),
  );
});
