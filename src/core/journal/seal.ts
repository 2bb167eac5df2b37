import { type Sha256, assert, chainOrigin } from '../kernel';
import type { RecordedEvent } from '../ports';

export interface Seal {
  readonly partition: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** One digest per event, in order, `digestLength` hexadecimal digits each. */
  readonly digests: string;
  /** Hash of the seal before; `sealOrigin` for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

export const sealOrigin = chainOrigin;
/** 8 bytes: enough to find an altered event, short enough to keep for every event. The seal's own hash is whole. */
export const digestLength = 16;

/** Names the fields and their order below; another canonical text would take another name. */
const format = 'fincore-journal-event-1';

/** Every column of the event is in it, so that no altered one keeps the digest. */
const canonicalEvent = (event: RecordedEvent): string =>
  JSON.stringify([
    format,
    event.partition,
    event.position,
    event.tenant,
    event.stream,
    event.version,
    event.type,
    event.schemaVersion,
    event.data,
    event.metadata,
    event.recordedAt,
  ]);

export const digestOf = (event: RecordedEvent, sha256: Sha256): string =>
  sha256(canonicalEvent(event)).slice(0, digestLength);

/** Seals events that follow the seal before without a gap. */
export function seal(previousHash: string, events: readonly RecordedEvent[], sha256: Sha256): Seal {
  const first = events[0];
  const last = events.at(-1);
  assert(first !== undefined && last !== undefined, 'a seal covers at least one event');
  const digests = events.map((event) => digestOf(event, sha256)).join('');
  const unhashed = {
    partition: first.partition,
    firstPosition: first.position,
    lastPosition: last.position,
    digests,
    previousHash,
  };
  return { ...unhashed, hash: hashOf(unhashed, sha256) };
}

export const hashOf = (unhashed: Omit<Seal, 'hash'>, sha256: Sha256): string =>
  sha256(
    JSON.stringify([
      unhashed.partition,
      unhashed.firstPosition,
      unhashed.lastPosition,
      unhashed.digests,
      unhashed.previousHash,
    ]),
  );
