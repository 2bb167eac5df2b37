import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** What FinCore writes beside a message's body. */
export interface MessageNotes {
  /** Failed attempts that earlier messages of the same job have counted. */
  readonly attempts?: number;
  /** What remains of the job's delay when the delay of this message is over. */
  readonly delayLeftMs?: number;
  /** Of a dead letter: why it is one. */
  readonly cause?: string;
  /** Of a dead letter: milliseconds since the epoch. */
  readonly failedAt?: number;
}

export function attributesOf(notes: MessageNotes): Record<string, MessageAttributeValue> {
  const pairs = Object.entries(notes).map(([name, value]: [string, string | number]) => [
    name,
    typeof value === 'number'
      ? { DataType: 'Number', StringValue: String(value) }
      : { DataType: 'String', StringValue: allowedText(value, () => '\ufffd') || '-' },
  ]);
  return Object.fromEntries(pairs) as Record<string, MessageAttributeValue>;
}

/** A number that is missing or none counts as 0: a damaged note must not damage its job. */
export function noteNumber(
  attributes: Readonly<Record<string, string>>,
  name: 'attempts' | 'delayLeftMs' | 'failedAt',
): number {
  const value = Number(attributes[name] ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** @source Amazon SQS, SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF */
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

/** The text with every character that SQS refuses replaced. */
export const allowedText = (text: string, replacement: (character: string) => string): string =>
  text.replace(forbidden, replacement);
