import type { EventState } from './account';
import type { StoredAnswer } from './answers';
import type { Kind, Snapshot } from './kinds';
import type { PackedPart } from './packed-states';

/**
 * One line of the log: a unit of work with its answer, or deliveries that are over.
 * Events and the answer refer to a put by its place in the line, because they show exactly that state, and writing
 * it again would triple the log.
 */
interface WorkRecord {
  readonly account: string;
  readonly puts: readonly (readonly [Kind, Snapshot['state']])[];
  /** The puts are past states, there only to be referred to, and the events were delivered: a snapshot's line. */
  readonly past?: true;
  readonly events: readonly EventRecord[];
  readonly answers: readonly AnswerRecord[];
}

/** The place of a put in its line. */
type Reference = number;

type EventRecord = readonly [
  id: string,
  type: string,
  created: number,
  shown: Reference,
  endpoints: readonly string[],
  requestId: string | null,
  idempotencyKey: string | null,
  previous?: Readonly<Record<string, unknown>>,
];

type AnswerRecord = readonly [
  key: string,
  fingerprint: string,
  status: number,
  atMs: number,
  requestId: string,
  body: Reference | string,
];

/** Event and endpoint. */
export type DeliveryName = readonly [eventId: string, endpointId: string];

interface FinishedRecord {
  readonly finished: readonly DeliveryName[];
}

/** A snapshot's line: deliveries that are not over. */
interface PendingRecord {
  readonly account: string;
  readonly pending: readonly DeliveryName[];
}

/** The collections of an account. */
export type CollectionName = Kind | 'answer' | 'event';

/** A snapshot's line: a part of the packed states of a collection. */
type PackedRecord = { readonly account: string; readonly collection: CollectionName } & (
  | { readonly packed: 'block'; readonly base64: string; readonly latest: number }
  | { readonly packed: 'dropped'; readonly blocks: number }
  | { readonly packed: 'ids' | 'references'; readonly base64: string }
);

export interface Work {
  readonly accountId: string;
  readonly puts: readonly Snapshot[];
  readonly arePast: boolean;
  readonly events: readonly EventState[];
  readonly answers: readonly StoredAnswer[];
}

export interface PackedStatesPart {
  readonly accountId: string;
  readonly collection: CollectionName;
  readonly part: PackedPart;
}

export type LogEntry =
  | { readonly kind: 'finished_deliveries'; readonly deliveries: readonly DeliveryName[] }
  | { readonly kind: 'packed'; readonly packed: PackedStatesPart }
  | {
      readonly kind: 'pending_deliveries';
      readonly accountId: string;
      readonly deliveries: readonly DeliveryName[];
    }
  | { readonly kind: 'work'; readonly work: Work };

export function encodeWork({ accountId, puts, arePast, events, answers }: Work): string {
  const referTo = (shown: Snapshot): Reference => puts.findIndex((put) => put.state === shown.state);
  const record: WorkRecord = {
    account: accountId,
    puts: puts.map(({ kind, state }) => [kind, state]),
    ...(arePast ? { past: true } : {}),
    events: events.map((event) => eventRecord(event, referTo(event))),
    answers: answers.map((answer) => answerRecord(answer, referTo)),
  };
  return JSON.stringify(record);
}

export const encodeFinished = (finished: readonly DeliveryName[]): string =>
  JSON.stringify({ finished } satisfies FinishedRecord);

export const encodePending = (account: string, pending: readonly DeliveryName[]): string =>
  JSON.stringify({ account, pending } satisfies PendingRecord);

export function encodePacked({ accountId, collection, part }: PackedStatesPart): string {
  const owner = { account: accountId, collection };
  const record: PackedRecord =
    part.kind === 'dropped'
      ? { ...owner, packed: part.kind, blocks: part.blocks }
      : part.kind === 'block'
        ? { ...owner, packed: part.kind, latest: part.latest, base64: part.bytes.toString('base64') }
        : { ...owner, packed: part.kind, base64: bytesOf(part.pairs).toString('base64') };
  return JSON.stringify(record);
}

function partOf(record: PackedRecord): PackedPart {
  if (record.packed === 'dropped') return { kind: record.packed, blocks: record.blocks };
  const bytes = Buffer.from(record.base64, 'base64');
  if (record.packed === 'block') return { kind: record.packed, bytes, latest: record.latest };
  // A copy, because figures of four bytes must begin where the memory is aligned.
  return { kind: record.packed, pairs: new Uint32Array(new Uint8Array(bytes).buffer) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function eventRecord(event: EventState, shown: Reference): EventRecord {
  const { id, type, created, endpoints, requestId, idempotencyKey, previous } = event;
  const fields = [id, type, created, shown, endpoints, requestId, idempotencyKey] as const;
  return previous === undefined ? fields : [...fields, previous];
}

function answerRecord(answer: StoredAnswer, referTo: (shown: Snapshot) => Reference): AnswerRecord {
  const { id, fingerprint, status, atMs, requestId, body } = answer;
  return [id, fingerprint, status, atMs, requestId, typeof body === 'string' ? body : referTo(body)];
}

/** @throws SyntaxError when the line is not what an encoder wrote. */
export function decodeLine(line: string): LogEntry {
  // The simulator's own log: its shape is what the encoders above wrote.
  const record = JSON.parse(line) as FinishedRecord | PackedRecord | PendingRecord | WorkRecord;
  if ('finished' in record) return { kind: 'finished_deliveries', deliveries: record.finished };
  const { account: accountId } = record;
  if ('pending' in record) return { kind: 'pending_deliveries', accountId, deliveries: record.pending };
  if ('packed' in record)
    return { kind: 'packed', packed: { accountId, collection: record.collection, part: partOf(record) } };
  return { kind: 'work', work: workOf(record) };
}

function workOf(record: WorkRecord): Work {
  const puts = record.puts.map(([kind, state]) => ({ kind, state }) as Snapshot);
  const resolve = (reference: Reference): Snapshot => {
    const found = puts[reference];
    if (found === undefined) throw new Error(`it refers to put ${reference}, which is not there`);
    return found;
  };
  return {
    accountId: record.account,
    puts,
    arePast: record.past === true,
    events: record.events.map((event) => eventOf(event, resolve)),
    answers: record.answers.map((answer) => answerOf(answer, resolve)),
  };
}

function eventOf(record: EventRecord, resolve: (reference: Reference) => Snapshot): EventState {
  const [id, type, created, shown, endpoints, requestId, idempotencyKey, previous] = record;
  return {
    id,
    type,
    created,
    endpoints,
    requestId,
    idempotencyKey,
    ...(previous === undefined ? {} : { previous }),
    ...resolve(shown),
  };
}

function answerOf(record: AnswerRecord, resolve: (reference: Reference) => Snapshot): StoredAnswer {
  const [id, fingerprint, status, atMs, requestId, body] = record;
  return {
    id,
    created: Math.floor(atMs / 1_000),
    fingerprint,
    status,
    atMs,
    requestId,
    body: typeof body === 'string' ? body : resolve(body),
  };
}
