import { isUtf8 } from 'node:buffer';
import type Stripe from 'stripe';
import type { NoticeVerdict, PspNotice } from '../../../core/ports';
import { isLive } from '../../../core/kernel';
import { type Origin, originOf } from './metadata';

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
  {
    webhooks,
    secrets,
    installation,
  }: {
    readonly webhooks: Stripe.Webhooks;
    readonly secrets: readonly string[];
    readonly installation: string;
  },
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
  return read(rawBody, installation);
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

function read(rawBody: Buffer, installation: string): NoticeVerdict {
  const event = parsed(rawBody);
  if (!isObject(event)) return rejected('malformed');
  const { id: eventId, type, data } = event;
  if (typeof eventId !== 'string' || typeof type !== 'string' || !isObject(data))
    return rejected('malformed');
  const origin = acted.has(type) ? originIn(data.object) : null;
  if (origin === null) return { kind: 'irrelevant', eventId, type };
  // Events of connected accounts name the account; FinCore's own payments are the account's own.
  const isForeign =
    origin.installation !== installation ||
    event.account !== undefined ||
    (typeof event.livemode === 'boolean' && event.livemode !== isLive(origin.tenant));
  return isForeign
    ? { kind: 'foreign', eventId, type }
    : { kind: 'notice', notice: noticeOf({ eventId, type }, origin) };
}

const originIn = (object: unknown): Origin | null =>
  isObject(object) && isObject(object.metadata) ? originOf(object.metadata) : null;

function noticeOf(
  event: { readonly eventId: string; readonly type: string },
  { tenant, chargeId, refundId }: Origin,
): PspNotice {
  const concerns = concernOf(event.type);
  return {
    ...event,
    tenant,
    chargeId,
    ...(refundId === null ? {} : { refundId }),
    ...(concerns === null ? {} : { concerns }),
  };
}

function concernOf(type: string): 'refunds' | 'end' | null {
  switch (type) {
    // About the charge of the payment, which has the payment's metadata.
    case 'charge.refunded':
      return 'refunds';
    case 'payment_intent.canceled':
    case 'payment_intent.payment_failed':
      return 'end';
    default:
      return null;
  }
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
