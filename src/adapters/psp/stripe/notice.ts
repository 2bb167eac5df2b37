import { isUtf8 } from 'node:buffer';
import type Stripe from 'stripe';
import type { NoticeVerdict, PspNotice } from '../../../core/ports';
import { originOf } from './metadata';

/** Both ways: a notice from the future is as wrong as one from the past. @source https://docs.stripe.com/webhooks#replay-attacks */
const toleranceMs = 300_000;

/** What FinCore acts on. The other types repeat one of these, or are about something that it did not make. */
export const noticeTypes = [
  'charge.refund.updated',
  'charge.refunded',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'refund.created',
  'refund.failed',
  'refund.updated',
] as const satisfies readonly Stripe.WebhookEndpointCreateParams.EnabledEvent[];

const acted: ReadonlySet<string> = new Set(noticeTypes);

export interface RawNotice {
  readonly rawBody: Buffer;
  readonly signature: string | undefined;
  readonly nowMs: number;
}

/** Authenticates the bytes as they came, then reads from them whom they concern and nothing else. */
export function verifyNotice(
  webhooks: Stripe.Webhooks,
  secrets: readonly string[],
  { rawBody, signature, nowMs }: RawNotice,
): NoticeVerdict {
  if (signature === undefined || signature === '') return rejected('signature_missing');
  const sentAtMs = timestampOf(signature);
  // The package decodes the body before it computes the signature, by which different bytes can become equal.
  if (sentAtMs === null || !isUtf8(rawBody) || startsWithByteOrderMark(rawBody))
    return rejected('signature_invalid');
  if (!secrets.some((secret) => isSigned(webhooks, { rawBody, signature, secret })))
    return rejected('signature_invalid');
  if (Math.abs(nowMs - sentAtMs) > toleranceMs) return rejected('timestamp_outside_tolerance');
  return read(rawBody);
}

function isSigned(
  webhooks: Stripe.Webhooks,
  request: { readonly rawBody: Buffer; readonly signature: string; readonly secret: string },
): boolean {
  try {
    // No tolerance here: the package would measure by its own clock, and only backwards.
    return webhooks.signature?.verifyHeader(request.rawBody, request.signature, request.secret, 0) ?? false;
  } catch {
    return false;
  }
}

/** The one `t` of the header; null when there is none, or more than one to choose from. */
function timestampOf(signature: string): number | null {
  const stamps = signature.split(',').filter((part) => part.startsWith('t='));
  const [stamp] = stamps;
  if (stamp === undefined || stamps.length > 1 || !/^t=\d{1,12}$/.test(stamp)) return null;
  return Number(stamp.slice(2)) * 1000;
}

const startsWithByteOrderMark = (body: Buffer): boolean =>
  body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;

function read(rawBody: Buffer): NoticeVerdict {
  const event = parsed(rawBody);
  if (!isObject(event)) return rejected('malformed');
  const { id: eventId, type, data } = event;
  if (typeof eventId !== 'string' || typeof type !== 'string' || !isObject(data))
    return rejected('malformed');
  const notice = acted.has(type) ? noticeOf({ eventId, type }, data.object) : null;
  return notice === null ? { kind: 'irrelevant', eventId, type } : { kind: 'notice', notice };
}

function noticeOf(
  event: { readonly eventId: string; readonly type: string },
  object: unknown,
): PspNotice | null {
  if (!isObject(object) || !isObject(object.metadata)) return null;
  const origin = originOf(object.metadata);
  if (origin === null) return null;
  const { tenant, chargeId, refundId } = origin;
  return {
    ...event,
    tenant,
    chargeId,
    ...(refundId === null ? {} : { refundId }),
    // About the charge of the payment, which has the payment's metadata.
    ...(event.type === 'charge.refunded' ? { concerns: 'refunds' } : {}),
  };
}

function parsed(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Reason = Extract<NoticeVerdict, { kind: 'rejected' }>['reason'];
const rejected = (reason: Reason): NoticeVerdict => ({ kind: 'rejected', reason });
