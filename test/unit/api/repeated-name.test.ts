import fc from 'fast-check';
import { measureJson } from '../../../src/api/json/measure-json';
import { commasIn, repeatedName } from '../../../src/api/json/repeated-name';

const value = fc.json({ maxDepth: 4 });

test('a text without a repeated name has as many commas as its value', () => {
  fc.assert(
    fc.property(value, (json) => {
      expect(measureJson(Buffer.from(json)).commas).toBe(commasIn(JSON.parse(json)));
      expect(repeatedName(json)).toBeNull();
    }),
  );
});

test('a name that comes twice is noticed and found, whatever its values are', () => {
  fc.assert(
    fc.property(fc.string(), value, value, (name, first, second) => {
      const json = `{${JSON.stringify(name)}:${first}, ${JSON.stringify(name)} : ${second}}`;
      expect(measureJson(Buffer.from(json)).commas).toBeGreaterThan(commasIn(JSON.parse(json)));
      expect(repeatedName(json)).toBe(name);
    }),
  );
});
