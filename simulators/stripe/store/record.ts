import type { EventState } from './account';
import type { StoredAnswer } from './answers';
import type { Kind, Snapshot } from './kinds';

/**
 * One line of the log: a unit of work with its answer, or deliveries that are over.
 * Events and the answer refer to a put by its place in the line, because they show exactly that state, and writing
 * it again would triple the log. In a snapshot they refer to the current state of an object written further up.
 */
interface WorkRecord {
  readonly account: string;
  readonly puts: readonly (readonly [Kind, Snapshot['state']])[];
  /** The puts are past states, there only to be referred to. */
  readonly past?: true;
  readonly events: readonly EventRecord[];
  readonly answers: readonly AnswerRecord[];
}

type Reference = number | readonly [kind: Kind, id: string];

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

interface DeliveryRecord {
  /** Event and endpoint. */
  readonly finished: readonly (readonly [string, string])[];
}

export interface Work {
  readonly accountId: string;
  readonly puts: readonly Snapshot[];
  readonly arePast: boolean;
  readonly events: readonly EventState[];
  readonly answers: readonly StoredAnswer[];
}

export type LogEntry =
  | { readonly kind: 'finished_deliveries'; readonly deliveries: readonly (readonly [string, string])[] }
  | { readonly kind: 'work'; readonly work: Work };

/** Finds the current state of an object. */
export type Lookup = (accountId: string, kind: Kind, id: string) => Snapshot | undefined;

/** `isCurrent` says of a snapshot's state whether a reference will find it further up; never within the log. */
export function encodeWork(work: Work, isCurrent?: (shown: Snapshot) => boolean): string {
  const { accountId, puts, arePast, events, answers } = work;
  const referTo = (shown: Snapshot): Reference =>
    isCurrent?.(shown) === true
      ? [shown.kind, shown.state.id]
      : puts.findIndex((put) => put.state === shown.state);
  const record: WorkRecord = {
    account: accountId,
    puts: puts.map(({ kind, state }) => [kind, state]),
    ...(arePast ? { past: true } : {}),
    events: events.map((event) => eventRecord(event, referTo(event))),
    answers: answers.map((answer) => answerRecord(answer, referTo)),
  };
  return JSON.stringify(record);
}

export const encodeFinished = (finished: readonly (readonly [string, string])[]): string =>
  JSON.stringify({ finished } satisfies DeliveryRecord);

function eventRecord(event: EventState, shown: Reference): EventRecord {
  const { id, type, created, endpoints, requestId, idempotencyKey, previous } = event;
  const fields = [id, type, created, shown, endpoints, requestId, idempotencyKey] as const;
  return previous === undefined ? fields : [...fields, previous];
}

function answerRecord(answer: StoredAnswer, referTo: (shown: Snapshot) => Reference): AnswerRecord {
  const { key, fingerprint, status, atMs, requestId, body } = answer;
  return [key, fingerprint, status, atMs, requestId, typeof body === 'string' ? body : referTo(body)];
}

/** @throws SyntaxError when the line was torn. */
export function decodeLine(line: string, lookup: Lookup): LogEntry {
  // The simulator's own log: its shape is what the encoders above wrote.
  const record = JSON.parse(line) as DeliveryRecord | WorkRecord;
  if ('finished' in record) return { kind: 'finished_deliveries', deliveries: record.finished };
  const puts = record.puts.map(([kind, state]) => ({ kind, state }) as Snapshot);
  const resolve = (reference: Reference): Snapshot => {
    const found = typeof reference === 'number' ? puts[reference] : lookup(record.account, ...reference);
    if (found === undefined)
      throw new Error(`The log refers to ${JSON.stringify(reference)}, which is not there.`);
    return found;
  };
  return {
    kind: 'work',
    work: {
      accountId: record.account,
      puts,
      arePast: record.past === true,
      events: record.events.map((event) => eventOf(event, resolve)),
      answers: record.answers.map((answer) => answerOf(answer, resolve)),
    },
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
  const [key, fingerprint, status, atMs, requestId, body] = record;
  return { key, fingerprint, status, atMs, requestId, body: typeof body === 'string' ? body : resolve(body) };
}
