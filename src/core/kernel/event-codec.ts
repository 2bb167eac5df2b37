import { assert } from './assert';
import type { Json, JsonObject } from './json';
import { fromMoneyData, type Money, type MoneyData, toMoneyData } from './money';
import { storable } from './storable-text';

/** An event as the journal stores it: its type apart, its fields as JSON. */
export interface EncodedEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

/** Brings `data` of one schema version to the next. */
export type Upcaster = (data: JsonObject) => JsonObject;

export interface EventCodec<Event> {
  /** Every type that the context records. */
  readonly types: readonly string[];
  /** Texts become {@link storable}: what the journal took is what every reader can take. */
  encode(event: Event): EncodedEvent;
  /** Null when the event belongs to another context. */
  decode(encoded: EncodedEvent): Event | null;
}

/** The fields that hold `Money`, whichever event they are of. */
type MoneyField<Event> = Event extends unknown
  ? { [Field in keyof Event]-?: Event[Field] extends Money ? Field & string : never }[keyof Event]
  : never;

/**
 * A context's codec. Fields are JSON as they are; a `Money` field is stored as `MoneyData`. Its name tells it, never
 * its content, since metadata that a merchant wrote may look like money.
 * @param types every event type of the context, with the upcasters from version 1 on (usually none)
 */
export function eventCodec<Event extends { readonly type: string }>(
  types: Readonly<Record<Event['type'], readonly Upcaster[]>>,
  moneyFields: readonly MoneyField<Event>[] = [],
): EventCodec<Event> {
  const upcastersOf = new Map<string, readonly Upcaster[]>(Object.entries(types));
  const holdsMoney = new Set<string>(moneyFields);
  return {
    types: Object.keys(types),
    encode(event) {
      const { type } = event;
      const data: Record<string, Json> = {};
      for (const [name, value] of Object.entries<unknown>(event)) {
        if (name === 'type') continue;
        data[name] = holdsMoney.has(name) ? { ...toMoneyData(value as Money) } : storable(value as Json);
      }
      return { type, schemaVersion: (upcastersOf.get(type)?.length ?? 0) + 1, data };
    },
    decode({ type, schemaVersion, data }) {
      const upcasters = upcastersOf.get(type);
      if (upcasters === undefined) return null;
      assert(
        schemaVersion <= upcasters.length + 1,
        `${type} has schema version ${String(schemaVersion)}, newer than this program`,
      );
      let current = data;
      for (const upcast of upcasters.slice(schemaVersion - 1)) current = upcast(current);
      const event: Record<string, unknown> = { type };
      for (const [name, value] of Object.entries(current))
        event[name] = holdsMoney.has(name) ? moneyIn(value, `${type}.${name}`) : value;
      return event as Event;
    },
  };
}

function moneyIn(value: Json | undefined, place: string): Money {
  assert(isMoneyData(value), `${place} is stored as an amount of money`);
  return fromMoneyData(value);
}

const isMoneyData = (value: unknown): value is MoneyData =>
  typeof value === 'object' &&
  value !== null &&
  'amountMinor' in value &&
  typeof value.amountMinor === 'string' &&
  'currency' in value &&
  typeof value.currency === 'string';
