import { assert } from '../kernel';

/** A map of what contexts declare. @throws InvariantViolation for a name that is declared twice */
export function joined<Value>(
  what: string,
  entries: readonly (readonly [string, Value])[],
): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>();
  for (const [name, value] of entries) {
    assert(!map.has(name), `the ${what} ${name} belongs to one context`);
    map.set(name, value);
  }
  return map;
}
