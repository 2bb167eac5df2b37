import { type Catalogue, type EncodedEvent, type EventCodec, type Money, assert } from '../kernel';
import type { BalanceEffect, EventInStream } from './balances';
import type { Job, RetryPolicy } from './job-queue';
import type { RecordedEvent } from './journal';
import type { PublicFact } from './public-event';
import type { AccountCode, Side } from './ledger-queries';
import type { ReadModel } from './read-model';

/** A debit or a credit of one account, before the ledger has given it a place. */
export interface Posting {
  readonly code: AccountCode;
  readonly side: Side;
  readonly amount: Money;
}

/** What an event does to the ledger. */
export interface Movement {
  /** Debits equal credits in every currency. */
  readonly postings: readonly Posting[];
  /** What the money moved for: `ch_…`, `txn_…`. @default the subject of the event's stream */
  readonly subject?: string;
  /** The part of the subject: `cap_…`, `re_…`. @default the part that the event names, if it names one */
  readonly part?: string | null;
}

/** An asset is what others owe the platform, a liability is what the platform owes. */
export type AccountClass = 'asset' | 'liability' | 'revenue' | 'expense';

/** A line of the chart of accounts. */
export interface ChartLine {
  readonly class: AccountClass;
  readonly normalSide: Side;
  readonly meaning: string;
}

/**
 * Everything that follows from one type of event. Each is written down for every type, and `null` says that nothing
 * follows: an event that is added does not compile until its consequences are stated.
 */
export interface EventFacts<Event> {
  /** One sentence for the reference. */
  readonly meaning: string;
  /** The command that the audit names. */
  readonly action: string;
  readonly movement: ((event: Event) => Movement) | null;
  readonly effects: ((event: Event, place: EventInStream) => readonly BalanceEffect[]) | null;
  /** Pure: the same event always gives the same jobs, with the same keys. */
  readonly jobs: ((event: Event, recorded: RecordedEvent) => readonly Job[]) | null;
  /** What `/v1/events` and webhooks show. @param subject the id of the stream's subject */
  readonly publicEvent: ((event: Event, subject: string) => PublicFact | null) | null;
}

/** A type of public events. */
export interface PublicEventType {
  /** The kind of thing that its events show, for example `charge`. */
  readonly object: string;
  /** One sentence for the reference. */
  readonly meaning: string;
}

/** One kind of stream: how its streams are named, and the events that they hold. */
export interface StreamDefinition<Event extends { readonly type: string }> {
  /** The heading in the event reference. */
  readonly title: string;
  /** What the names of its streams begin with; the rest is the subject's id. No prefix begins with another one. */
  readonly prefix: string;
  /** The rest of the name in the reference, for example `ch_…`. */
  readonly subject: string;
  readonly codec: EventCodec<Event>;
  /** Fields of the events that name a part of the subject, for example `refundId`. */
  readonly parts: readonly string[];
  readonly facts: {
    readonly [Type in Event['type']]: EventFacts<Extract<Event, { readonly type: Type }>>;
  };
}

/** A stream's definition without the type of its events: what any reader can work with. */
export interface StreamKind {
  readonly title: string;
  readonly prefix: string;
  readonly subject: string;
  readonly types: readonly string[];
  readonly parts: readonly string[];
  meaningOf(type: string): string;
  actionOf(type: string): string;
  subjectOf(stream: string): string;
  partOf(event: EncodedEvent): string | null;
  /** Null when the type is another kind's. @throws when the data of a known type cannot be read */
  decode(event: EncodedEvent): { readonly type: string } | null;
  movementOf(event: EventInStream): Movement | null;
  effectsOf(event: EventInStream): readonly BalanceEffect[];
  jobsFor(event: RecordedEvent): readonly Job[];
  publicFactOf(event: RecordedEvent): PublicFact | null;
}

/** A queue of jobs that a context works on, and for how long each job is tried. */
export interface QueueDeclaration {
  readonly name: string;
  readonly retry: RetryPolicy;
  /** Whether a job that waits long means trouble: false where jobs ask a provider again for days. */
  readonly isPrompt: boolean;
  /** Jobs in progress at once in one process. @default what the configuration says */
  readonly concurrency?: number;
  /** Of one lane. @default three quarters of the concurrency, so that no tenant holds every place where there are two or more */
  readonly laneConcurrency?: number;
  /**
   * By the names of jobs, the types of events that end them: on the stream of the event that asked for the job, after
   * it, and of the same part if it names one. The verification misses a job that has neither a row nor such an event.
   * @default none
   */
  readonly jobsEndingWithEvent?: Readonly<Record<string, readonly string[]>>;
}

/** What a context is, said once. Readers, queues, rights, reference pages and verification are derived from it. */
export interface Context<Code extends string = string> {
  readonly name: string;
  readonly streams: readonly StreamKind[];
  /** By account code. `psp_receivable:<provider>` stands for every code with that name and a parameter. */
  readonly chart: Readonly<Record<string, ChartLine>>;
  readonly queues: readonly QueueDeclaration[];
  /** Whether its jobs ask a payment service provider: only then does its worker hold the provider's keys. @default false */
  readonly asksProviders?: boolean;
  /** Whether its jobs open secrets that are sealed in the journal. @default false */
  readonly opensSecrets?: boolean;
  /** What lists and searches read; each has a schema, a reader and a pool of its name. */
  readonly readModels: readonly ReadModel<unknown, unknown>[];
  readonly refusals: Catalogue<Code>;
  /** Every type that its public events have. */
  readonly publicTypes: Readonly<Record<string, PublicEventType>>;
}

/** Erases the events' type: each fact decodes the event that it is asked about. */
export function streamKind<Event extends { readonly type: string }>(
  definition: StreamDefinition<Event>,
): StreamKind {
  const { title, prefix, subject, codec, parts } = definition;
  // By their names alone: each fact is asked about events of its own type only.
  const facts = new Map(Object.entries(definition.facts) as [string, EventFacts<Event>][]);
  const factsOf = (type: string): EventFacts<Event> | undefined => facts.get(type);
  const about = <Value>(event: EncodedEvent, fact: ((event: Event) => Value) | null | undefined) => {
    if (fact === null || fact === undefined) return null;
    const decoded = codec.decode(event);
    return decoded === null ? null : fact(decoded);
  };
  return {
    title,
    prefix,
    subject,
    types: codec.types,
    parts,
    meaningOf: (type) => factsOf(type)?.meaning ?? '',
    actionOf: (type) => factsOf(type)?.action ?? type,
    subjectOf(stream) {
      assert(stream.startsWith(prefix), `${stream} is a stream ${prefix}…`);
      return stream.slice(prefix.length);
    },
    partOf: ({ data }) => parts.map((name) => data[name]).find((value) => typeof value === 'string') ?? null,
    decode: (event) => codec.decode(event),
    movementOf: (event) => about(event, factsOf(event.type)?.movement),
    effectsOf(event) {
      const effects = factsOf(event.type)?.effects;
      return about(event, effects && ((decoded) => effects(decoded, event))) ?? [];
    },
    jobsFor(event) {
      const jobs = factsOf(event.type)?.jobs;
      return about(event, jobs && ((decoded) => jobs(decoded, event))) ?? [];
    },
    publicFactOf(event) {
      const fact = factsOf(event.type)?.publicEvent;
      return about(event, fact && ((decoded) => fact(decoded, event.stream.slice(prefix.length))));
    },
  };
}
