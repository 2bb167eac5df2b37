import { assert } from './assert';
import type { Json, JsonObject } from './json';

/** Marks a number of any size: no row has a field of this name, since rows hold merchants' words as values only. */
const bigName = '$big';

/** A row of a read model as JSON. Big integers become `{"$big": "1999"}`; everything else is JSON already. */
export function toRowJson(value: unknown): Json {
  if (typeof value === 'bigint') return { [bigName]: value.toString() };
  if (typeof value !== 'object' || value === null) return value as Json;
  if (Array.isArray(value)) return value.map(toRowJson);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      assert(name !== bigName, `no row has a field ${bigName}`);
      return member === undefined ? [] : [[name, toRowJson(member)]];
    }),
  );
}

/** The row that {@link toRowJson} made this of. */
export function fromRowJson(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(fromRowJson);
  const big = (json as JsonObject)[bigName];
  if (typeof big === 'string') return BigInt(big);
  return Object.fromEntries(
    Object.entries(json).map(([name, member]) => [name, fromRowJson(member ?? null)]),
  );
}
