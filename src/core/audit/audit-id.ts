import { base32 } from '../kernel';

/** `aud_`, the time and what tells apart entries of one millisecond; sorts by time. */
export type AuditId = `aud_${string}`;

/** 50 bits of milliseconds, as UUIDv7 ids in base 32 have them. */
const timeLength = 10;
const restLength = 16;
const partitionLength = 5;
const positionLength = restLength - partitionLength;

/** The id of the entry that an event makes; the same after every rebuild. */
export const auditIdOfEvent = (event: {
  readonly recordedAt: number;
  readonly partition: number;
  readonly position: number;
}): AuditId =>
  `${timePrefix(event.recordedAt)}${base32(event.partition, partitionLength)}${base32(event.position, positionLength)}`;

/** @param unique 26 characters of a new id, whose last 16 are kept: 74 of their bits are random or counted */
export const auditIdOfRefusal = (occurredAt: number, unique: string): AuditId =>
  `${timePrefix(occurredAt)}${unique.slice(-restLength)}`;

/**
 * What every id of that millisecond begins with. In the order of ids, everything from that time on is at or
 * after this text, so a time range is a range of the index on ids.
 */
export const timePrefix = (epochMs: number): AuditId => `aud_${base32(epochMs, timeLength)}`;

const shape = /^aud_[0-9a-hjkmnp-tv-z]{26}$/;

export const isAuditId = (text: string): text is AuditId => shape.test(text);
