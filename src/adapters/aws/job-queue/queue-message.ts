import type { Message } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { assert } from '../../../core/kernel';

/** A message as SQS handed it out, whether to a poller or to a Lambda. */
export interface QueueMessage {
  readonly id: string;
  /** Names this delivery; another delivery of the same message has another one. */
  readonly receipt: string;
  readonly body: string;
  /** Deliveries of this message so far, this one included. */
  readonly receiveCount: number;
  /** When it was sent, by the clock of SQS, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** The trace of the sender; null when the sender was not traced. */
  readonly traceHeader: string | null;
  /** The lane of its job; null for a message that was sent without. */
  readonly group: string | null;
}

/** What a poller asks SQS to tell about each message. */
export const wantedAttributes = {
  MessageSystemAttributeNames: [
    'ApproximateReceiveCount',
    'SentTimestamp',
    'AWSTraceHeader',
    'MessageGroupId',
  ],
  MessageAttributeNames: ['All'],
} as const;

/** A message of ReceiveMessage. */
export function messageOfReceived(message: Message): QueueMessage {
  const { MessageId: id, ReceiptHandle: receipt, Body: body, Attributes: system } = message;
  assert(id !== undefined && receipt !== undefined, 'SQS names every message and every delivery');
  return {
    id,
    receipt,
    body: body ?? '',
    receiveCount: Number(system?.ApproximateReceiveCount ?? 1),
    sentAt: Number(system?.SentTimestamp ?? 0),
    attributes: textOf(message.MessageAttributes ?? {}, ({ StringValue }) => StringValue),
    traceHeader: system?.AWSTraceHeader ?? null,
    group: system?.MessageGroupId ?? null,
  };
}

/** A record of the event that an SQS event source hands to a Lambda. */
export const messageOfRecord = (record: SQSRecord): QueueMessage => ({
  id: record.messageId,
  receipt: record.receiptHandle,
  body: record.body,
  receiveCount: Number(record.attributes.ApproximateReceiveCount),
  sentAt: Number(record.attributes.SentTimestamp),
  attributes: textOf(record.messageAttributes, ({ stringValue }) => stringValue),
  traceHeader: record.attributes.AWSTraceHeader ?? null,
  group: record.attributes.MessageGroupId ?? null,
});

function textOf<Attribute>(
  attributes: Readonly<Record<string, Attribute>>,
  text: (attribute: Attribute) => string | undefined,
): Readonly<Record<string, string>> {
  const pairs = Object.entries(attributes).map(([name, attribute]) => [name, text(attribute) ?? '']);
  return Object.fromEntries(pairs) as Record<string, string>;
}
