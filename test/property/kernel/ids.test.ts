import * as fc from 'fast-check';
import { createIds } from '../../../src/adapters/embedded/ids';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import {
  type IdPrefix,
  type MerchantId,
  isLive,
  newId,
  parseId,
  parseTenant,
  tenantOf,
} from '../../../src/core/kernel';

const prefixes = ['ch', 're', 'cap', 'mer', 'key'] as const satisfies readonly IdPrefix[];
const prefix = fc.constantFrom(...prefixes);
const shape = /^[0-9a-hjkmnp-tv-z]{26}$/;

describe.each([
  ['embedded', createIds],
  ['seeded', () => createSeededIds(7)],
] as const)('ids, %s', (_name, create) => {
  test('have their shape, sort as they were made, and are read back under their own prefix only', () => {
    const ids = create();
    let last = '';
    fc.assert(
      fc.property(prefix, prefix, (own, other) => {
        const id = newId(own, ids);
        const body = id.slice(own.length + 1);
        expect(body).toMatch(shape);
        expect(body > last).toBe(true);
        last = body;
        expect(parseId(own, id)).toBe(id);
        expect(parseId(other, id)).toBe(own === other ? id : null);
      }),
      { numRuns: 1_000 },
    );
  });

  test('one character changed to one that no id has, added or left out: no id', () => {
    const ids = create();
    const stranger = fc.constantFrom('i', 'l', 'o', 'u', 'A', 'Z', '-', ' ', '\n', '\0', 'é', '_');
    fc.assert(
      fc.property(prefix, fc.nat(25), stranger, (own, at, character) => {
        const id = newId(own, ids);
        const place = own.length + 1 + at;
        const without = id.slice(0, place) + id.slice(place + 1);
        expect(parseId(own, without)).toBeNull();
        expect(parseId(own, id.slice(0, place) + character + id.slice(place + 1))).toBeNull();
        expect(parseId(own, `${id}0`)).toBeNull();
        expect(parseId(own, `${id}\n`)).toBeNull();
      }),
    );
  });
});

test('a tenant is read back, knows its side, and nothing else passes for one', () => {
  const ids = createSeededIds(1);
  fc.assert(
    fc.property(fc.boolean(), fc.string(), (livemode, noise) => {
      const merchant: MerchantId = newId('mer', ids);
      const tenant = tenantOf(merchant, livemode);
      expect(parseTenant(tenant)).toBe(tenant);
      expect(isLive(tenant)).toBe(livemode);
      expect(tenant).not.toBe(tenantOf(merchant, !livemode));
      expect(parseTenant(noise)).toBeNull();
      if (noise !== '') expect(parseTenant(`${tenant}${noise}`)).toBeNull();
    }),
  );
});
