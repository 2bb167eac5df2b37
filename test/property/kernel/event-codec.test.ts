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

test('any JSON fields come back as they were, through the text that the journal stores', () => {
  // A number's minus is lost on zero by JSON itself.
  const value = fc
    .jsonValue({ noUnicodeString: false })
    .map((json) => JSON.parse(JSON.stringify(json)) as unknown);
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
