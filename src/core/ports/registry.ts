import { assert } from '../kernel';
import type { BalanceEffect, EventInStream } from './balances';
import type { ChartLine, Context, QueueDeclaration, StreamKind } from './context';
import type { Job } from './job-queue';
import type { ReadModel } from './read-model';
import type { RecordedEvent } from './journal';

/** The chart of accounts of all contexts. */
export interface Chart {
  /** Of a code as entries carry it, for example `psp_receivable:stripe`; null for a code that no context has. */
  lineOf(code: string): ChartLine | null;
  /** By the code as the context wrote it, in the order of the contexts. */
  readonly lines: ReadonlyMap<string, ChartLine>;
}

/** All contexts of an installation, and what follows from an event whichever context it belongs to. */
export interface Registry {
  readonly contexts: readonly Context[];
  readonly chart: Chart;
  readonly queues: readonly QueueDeclaration[];
  readonly readModels: readonly ReadModel<unknown, unknown>[];
  /** Null for a type of no context. */
  readonly kindOf: (type: string) => StreamKind | null;
  /** @throws InvariantViolation for an event of no context, or on a stream of another kind: it is never appended */
  readonly effectsOf: (event: EventInStream) => readonly BalanceEffect[];
  readonly jobsFor: (event: RecordedEvent) => readonly Job[];
}

/** Joins contexts. No two of them may share an event type, a stream prefix, an account or a queue. */
export function createRegistry(contexts: readonly Context[]): Registry {
  const streams = contexts.flatMap((context) => context.streams);
  refuseSharedPrefixes(streams);
  const kinds = joined(
    'event type',
    streams.flatMap((kind) => kind.types.map((type) => [type, kind] as const)),
  );
  const queues = contexts.flatMap((context) => context.queues);
  joined(
    'queue',
    queues.map((queue) => [queue.name, queue] as const),
  );
  const readModels = contexts.flatMap((context) => context.readModels);
  joined(
    'read model',
    readModels.map((model) => [model.name, model] as const),
  );
  for (const model of readModels) refuseUnreadable(model, streams);
  const kindOf = (type: string): StreamKind | null => kinds.get(type) ?? null;
  return {
    contexts,
    queues,
    readModels,
    chart: chartOf(contexts),
    kindOf,
    effectsOf(event) {
      const kind = kindOf(event.type);
      assert(kind !== null, `${event.type} on ${event.stream} is an event of a context`);
      assert(
        event.stream.startsWith(kind.prefix),
        `${event.type} belongs on ${kind.prefix}…, not ${event.stream}`,
      );
      return kind.effectsOf(event);
    },
    jobsFor: (event) => kindOf(event.type)?.jobsFor(event) ?? [],
  };
}

/** `psp_receivable:<provider>` is the pattern of `psp_receivable:stripe`. */
const patternOf = (code: string): string => code.replace(/:.*$/, ':');

/** What may stand in the place of a pattern's parameter. */
const parameter = /^[a-z0-9_]{1,40}$/;

/** How a context may write a code: a name, with or without a parameter. */
const declaredCode = /^[a-z_]+(:<[a-z_]+>)?$/;

function chartOf(contexts: readonly Context[]): Chart {
  const lines = joined(
    'account',
    contexts.flatMap(({ chart }) => Object.entries(chart)),
  );
  for (const code of lines.keys())
    assert(
      declaredCode.test(code),
      `${code} is a name of an account, or one with a parameter in angle brackets`,
    );
  const patterns = joined(
    'account pattern',
    [...lines]
      .filter(([code]) => code.includes(':<'))
      .map(([code, line]) => [patternOf(code), line] as const),
  );
  return {
    lines,
    lineOf(code) {
      const colon = code.indexOf(':');
      if (colon < 0) return lines.get(code) ?? null;
      return parameter.test(code.slice(colon + 1)) ? (patterns.get(code.slice(0, colon + 1)) ?? null) : null;
    },
  };
}

/** Names of readers that are none of a read model, and of schemas that are none of a context. */
const reservedNames = [
  'journal',
  'ledger',
  'audit',
  'dispatcher',
  'notices',
  'sealer',
  'relay',
  'verification',
];

/** Names stand in statements as they are, so they are words without quotes. */
const plainName = /^[a-z][a-z_]*$/;

function refuseUnreadable(model: ReadModel<unknown, unknown>, streams: readonly StreamKind[]): void {
  const { name, prefix, table, parts } = model;
  assert(!reservedNames.includes(name), `${name} is the name of another reader than that of a read model`);
  assert(
    streams.some((kind) => kind.prefix === prefix),
    `the read model ${name} reads streams ${prefix}… of a context`,
  );
  const tables = [table, ...parts.map((part) => part.table)];
  const names = tables.flatMap((each) => [each.name, each.key, ...Object.keys(each.columns)]);
  for (const each of [name, ...names]) assert(plainName.test(each), `${each} is a plain name of SQL`);
  joined(
    `object of ${name}`,
    tables.map((each) => [each.object, each] as const),
  );
}

function refuseSharedPrefixes(streams: readonly StreamKind[]): void {
  for (const [index, one] of streams.entries())
    for (const other of streams.slice(index + 1))
      assert(
        !one.prefix.startsWith(other.prefix) && !other.prefix.startsWith(one.prefix),
        `the streams ${one.prefix}… and ${other.prefix}… can be told apart by their names`,
      );
}

function joined<Value>(
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
