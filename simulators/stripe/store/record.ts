import type { EventState } from './account';
import type { StoredAnswer } from './answers';
import type { Kind, Snapshot } from './kinds';
import type { UnitOfWork } from './unit-of-work';

/**
 * One line of the log: a unit of work with its answer, or deliveries that are over.
 * Events and the answer refer to a put by its place in the line, because they show exactly that state, and writing
 * it again would triple the log.
 */
interface WorkRecord {
  readonly account: string;
  readonly puts: readonly (readonly [Kind, Snapshot['state']])[];
  readonly events: readonly EventRecord[];
  readonly answer?: AnswerRecord;
}

type EventRecord = readonly [
  id: string,
  type: string,
  created: number,
  put: number,
  endpoints: readonly string[],
  requestId: string | null,
  idempotencyKey: string | null,
  previous?: Readonly<Record<string, unknown>>,
];

interface AnswerRecord {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly atMs: number;
  readonly requestId: string;
  readonly put?: number;
  readonly body?: string;
}

interface DeliveryRecord {
  /** Event and endpoint. */
  readonly finished: readonly (readonly [string, string])[];
}

export interface Work {
  readonly accountId: string;
  readonly puts: readonly Snapshot[];
  readonly events: readonly EventState[];
  readonly answer?: StoredAnswer;
}

export type LogEntry =
  | { readonly kind: 'finished_deliveries'; readonly deliveries: readonly (readonly [string, string])[] }
  | { readonly kind: 'work'; readonly work: Work };

export function encodeUnit(unit: UnitOfWork, answer: StoredAnswer | undefined): string {
  return encodeWork({
    accountId: unit.account.id,
    puts: unit.puts,
    events: unit.events,
    ...(answer === undefined ? {} : { answer }),
  });
}

export function encodeWork({ accountId, puts, events, answer }: Work): string {
  const placeOf = (snapshot: Snapshot): number => puts.findIndex((put) => put.state === snapshot.state);
  const record: WorkRecord = {
    account: accountId,
    puts: puts.map(({ kind, state }) => [kind, state]),
    events: events.map((event) => eventRecord(event, placeOf(event))),
    ...(answer === undefined ? {} : { answer: answerRecord(answer, placeOf) }),
  };
  return JSON.stringify(record);
}

export const encodeFinished = (finished: readonly (readonly [string, string])[]): string =>
  JSON.stringify({ finished } satisfies DeliveryRecord);

function eventRecord(event: EventState, put: number): EventRecord {
  const { id, type, created, endpoints, requestId, idempotencyKey, previous } = event;
  const fields = [id, type, created, put, endpoints, requestId, idempotencyKey] as const;
  return previous === undefined ? fields : [...fields, previous];
}

function answerRecord(answer: StoredAnswer, placeOf: (snapshot: Snapshot) => number): AnswerRecord {
  const { body, ...rest } = answer;
  return typeof body === 'string' ? { ...rest, body } : { ...rest, put: placeOf(body) };
}

/** @throws SyntaxError when the line was torn. */
export function decodeLine(line: string): LogEntry {
  // The simulator's own log: its shape is what the encoders above wrote.
  const record = JSON.parse(line) as DeliveryRecord | WorkRecord;
  if ('finished' in record) return { kind: 'finished_deliveries', deliveries: record.finished };
  const puts = record.puts.map(([kind, state]) => ({ kind, state }) as Snapshot);
  const events = record.events.map((event) => eventOf(event, puts));
  const answer = record.answer === undefined ? {} : { answer: answerOf(record.answer, puts) };
  return { kind: 'work', work: { accountId: record.account, puts, events, ...answer } };
}

function shown(puts: readonly Snapshot[], place: number | undefined): Snapshot {
  const put = place === undefined ? undefined : puts[place];
  if (put === undefined) throw new Error(`The log refers to put ${place} of ${puts.length}.`);
  return put;
}

function eventOf(record: EventRecord, puts: readonly Snapshot[]): EventState {
  const [id, type, created, place, endpoints, requestId, idempotencyKey, previous] = record;
  return {
    id,
    type,
    created,
    endpoints,
    requestId,
    idempotencyKey,
    ...(previous === undefined ? {} : { previous }),
    ...shown(puts, place),
  };
}

function answerOf({ put, body, ...rest }: AnswerRecord, puts: readonly Snapshot[]): StoredAnswer {
  return { ...rest, body: body ?? shown(puts, put) };
}
