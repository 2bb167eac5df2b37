import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseId, parseTenant } from '../../core/kernel';
import type { NoticeVerdict, PspNotice } from '../../core/ports';

/** As much as Stripe allows, in both directions. */
const toleranceMs = 300_000;

export interface SignedNotice {
  readonly rawBody: Buffer;
  readonly signature: string;
}

export function signNotice(notice: PspNotice, secret: string, nowMs: number): SignedNotice {
  const rawBody = Buffer.from(JSON.stringify(notice));
  return { rawBody, signature: `${nowMs}.${signatureOf(rawBody, secret, nowMs)}` };
}

export function verifySignedNotice(
  secrets: readonly string[],
  request: { readonly rawBody: Buffer; readonly signature: string | undefined; readonly nowMs: number },
): NoticeVerdict {
  const { rawBody, signature, nowMs } = request;
  if (signature === undefined || signature === '') return { kind: 'rejected', reason: 'signature_missing' };
  const [stamp = '', signed = ''] = signature.split('.');
  const sentAtMs = Number(stamp);
  const isSigned = secrets.some((secret) => isSame(signed, signatureOf(rawBody, secret, sentAtMs)));
  if (!isSigned) return { kind: 'rejected', reason: 'signature_invalid' };
  if (Math.abs(nowMs - sentAtMs) > toleranceMs)
    return { kind: 'rejected', reason: 'timestamp_outside_tolerance' };
  return read(rawBody);
}

function read(rawBody: Buffer): NoticeVerdict {
  const fields = parsed(rawBody);
  if (fields === null) return { kind: 'rejected', reason: 'malformed' };
  const { eventId, type, tenant, chargeId, refundId, concerns } = fields;
  if (eventId === undefined || type === undefined) return { kind: 'rejected', reason: 'malformed' };
  const owner = parseTenant(tenant ?? '');
  const charge = parseId('ch', chargeId ?? '');
  if (owner === null || charge === null) return { kind: 'irrelevant', eventId, type };
  const refund = parseId('re', refundId ?? '');
  const notice: PspNotice = {
    eventId,
    type,
    tenant: owner,
    chargeId: charge,
    ...(concerns === 'refunds' || concerns === 'end' ? { concerns } : {}),
  };
  return { kind: 'notice', notice: refund === null ? notice : { ...notice, refundId: refund } };
}

function parsed(rawBody: Buffer): Readonly<Partial<Record<keyof PspNotice, string>>> | null {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value).filter((field): field is [string, string] => typeof field[1] === 'string'),
    );
  } catch {
    return null;
  }
}

const signatureOf = (rawBody: Buffer, secret: string, nowMs: number): string =>
  createHmac('sha256', secret).update(`${nowMs}.`).update(rawBody).digest('hex');

const isSame = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
