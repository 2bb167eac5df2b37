import { assert } from '../kernel';
import type { EffectsOf, EventInStream } from './balances';
import { bookingOf } from './booking';
import { type Chart, chartOf } from './chart';
import type { Context, PublicEventType, QueueDeclaration, StreamKind } from './context';
import type { Job } from './job-queue';
import { joined } from './joined';
import type { ReadModel } from './read-model';
import type { RecordedEvent } from './journal';
import { type PublicEvent, publicEventId } from './public-event';

/** All contexts of an installation, and what follows from an event whichever context it belongs to. */
export interface Registry {
  readonly contexts: readonly Context[];
  readonly chart: Chart;
  readonly queues: readonly QueueDeclaration[];
  /** The contexts that have jobs, each with its queues: one worker does the jobs of one context. */
  readonly workers: readonly Pick<Context, 'name' | 'queues' | 'asksProviders' | 'opensSecrets'>[];
  readonly readModels: readonly ReadModel<unknown, unknown>[];
  /** Names of the readers of the published journal: those of the read models, the ledger and the audit. */
  readonly streamReaders: readonly string[];
  /** Null for a type of no context. */
  readonly kindOf: (type: string) => StreamKind | null;
  /** Of an event that the journal has. @throws InvariantViolation for an event of no context, or on a stream of another kind */
  readonly effectsOf: EffectsOf;
  /**
   * Of an event that is about to be appended.
   * @throws InvariantViolation for an event that a reader could not take: as `effectsOf`, on a stream without an id, or
   *   with a movement that the ledger cannot book
   */
  readonly effectsOnAppend: EffectsOf;
  readonly jobsFor: (event: RecordedEvent) => readonly Job[];
  /** What merchants see of an event; null for one that concerns nobody outside. */
  readonly publicEventOf: (event: RecordedEvent) => PublicEvent | null;
  /** Every type of public events, in the order of the contexts. */
  readonly publicTypes: ReadonlyMap<string, PublicEventType>;
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
  const publicTypes = joined(
    'public event type',
    contexts.flatMap((context) => Object.entries(context.publicTypes)),
  );
  const chart = chartOf(contexts);
  const placed = ({ type, stream }: EventInStream): StreamKind => {
    const kind = kindOf(type);
    assert(kind !== null, `${type} on ${stream} is an event of a context`);
    assert(stream.startsWith(kind.prefix), `${type} belongs on ${kind.prefix}…, not ${stream}`);
    return kind;
  };
  return {
    contexts,
    queues,
    workers: contexts.filter((context) => context.queues.length > 0),
    readModels,
    streamReaders: [...readModels.map(({ name }) => name), 'ledger', 'audit'],
    chart,
    kindOf,
    effectsOf: (event) => placed(event).effectsOf(event),
    effectsOnAppend(event) {
      const kind = placed(event);
      assert(kind.subjectOf(event.stream) !== '', `${event.stream} names the id of its subject`);
      bookingOf(event, { chart, kindOf });
      return kind.effectsOf(event);
    },
    jobsFor: (event) => kindOf(event.type)?.jobsFor(event) ?? [],
    publicTypes,
    publicEventOf(event) {
      const kind = kindOf(event.type);
      const fact = kind?.publicFactOf(event) ?? null;
      if (kind === null || fact === null) return null;
      assert(publicTypes.get(fact.type)?.object === fact.object, `${fact.type} is a type of ${fact.object}`);
      const { tenant, stream, version, recordedAt } = event;
      const subject = kind.subjectOf(stream);
      const id = publicEventId(subject, version);
      return { id, ...fact, tenant, stream, subject, version, createdAt: recordedAt };
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
  'webhooks',
  'sealer',
  'relay',
  'worker',
  'api',
  'migration',
  'verification',
];

/** Names stand in statements as they are, so they are words without quotes. */
const plainName = /^[a-z][a-z_]*$/;

/** Tables that the schema of every read model has. */
const sharedTables = ['checkpoints', 'metadata', 'migrations'];

/** Columns that every table of a read model has, beside the one of its ids. */
const sharedColumns = ['tenant', 'created_at', 'metadata', 'state'];

function refuseUnreadable(model: ReadModel<unknown, unknown>, streams: readonly StreamKind[]): void {
  const { name, prefix, table, parts } = model;
  assert(!reservedNames.includes(name), `${name} is the name of another reader than that of a read model`);
  assert(
    model.rowPerEvent !== undefined || streams.some((kind) => kind.prefix === prefix),
    `the read model ${name} reads streams ${prefix}… of a context`,
  );
  const tables = [table, ...parts.map((part) => part.table)];
  const names = tables.flatMap((each) => [each.name, each.object, each.key, ...Object.keys(each.columns)]);
  for (const each of [name, ...names]) assert(plainName.test(each), `${each} is a plain name of SQL`);
  // The index of metadata tells the rows of several tables apart by their objects.
  for (const what of ['name', 'object'] as const)
    joined(
      `${what} of a table of ${name}`,
      tables.map((each) => [each[what], each] as const),
    );
  for (const each of tables) {
    assert(!sharedTables.includes(each.name), `${each.name} is a table that every read model has`);
    for (const column of [each.key, ...Object.keys(each.columns)])
      assert(!sharedColumns.includes(column), `${column} is a column that every table of a read model has`);
    assert(!(each.key in each.columns), `${each.key} is the column of the ids of ${each.name} alone`);
  }
}

function refuseSharedPrefixes(streams: readonly StreamKind[]): void {
  for (const [index, one] of streams.entries())
    for (const other of streams.slice(index + 1))
      assert(
        !one.prefix.startsWith(other.prefix) && !other.prefix.startsWith(one.prefix),
        `of the prefixes ${one.prefix} and ${other.prefix}, neither begins with the other`,
      );
}
