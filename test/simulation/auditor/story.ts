import type { RecordedEvent } from '../../../src/core/ports';

/** What the journal says about one charge, told by the auditor's own reading of the facts. */
export interface Story {
  readonly chargeId: string;
  readonly tenant: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly expiresAt: number;
  status: string;
  capturedMinor: bigint;
  isCancelOpen: boolean;
  readonly captures: Map<string, Operation>;
  readonly refunds: Map<string, Operation>;
  version: number;
}

export interface Operation {
  readonly amountMinor: bigint;
  /** The PSP's name of a refund that was made there; null for what a merchant asked for. */
  readonly foundAs: string | null;
  status: 'open' | 'succeeded' | 'failed';
}

const prefix = 'charge-';
const begins = { approved: 'processing', review: 'in_review', blocked: 'blocked' } as const;

export function storiesOf(events: readonly RecordedEvent[]): ReadonlyMap<string, Story> {
  const stories = new Map<string, Story>();
  for (const event of events) {
    if (!event.stream.startsWith(prefix)) continue;
    const chargeId = event.stream.slice(prefix.length);
    const known = stories.get(chargeId);
    if (known === undefined) stories.set(chargeId, begin(chargeId, event));
    else goOn(known, event);
  }
  return stories;
}

function begin(chargeId: string, { tenant, data, type }: RecordedEvent): Story {
  const status = begins[textOf(data.assessment) as keyof typeof begins];
  return {
    chargeId,
    tenant,
    currency: amountIn(data).currency,
    amountMinor: amountIn(data).minor,
    expiresAt: Number(data.expiresAt),
    status: type === 'ChargeCreated' ? status : `begun by ${type}`,
    capturedMinor: 0n,
    isCancelOpen: false,
    captures: new Map(),
    refunds: new Map(),
    version: 1,
  };
}

function goOn(story: Story, { type, data }: RecordedEvent): void {
  story.version += 1;
  const capture = story.captures.get(textOf(data.captureId));
  const refund = story.refunds.get(textOf(data.refundId));
  switch (type) {
    case 'ChargeReviewApproved':
      story.status = 'processing';
      break;
    case 'ChargeReviewRejected':
      story.status = 'blocked';
      break;
    case 'ChargeOutcomeUnknown':
      story.status = 'unknown';
      break;
    case 'ChargeActionRequired':
      story.status = 'requires_action';
      break;
    case 'ChargeAuthorized':
      story.status = 'authorized';
      break;
    case 'ChargeFailed':
      story.status = 'failed';
      story.isCancelOpen = false;
      break;
    case 'ChargeCanceled':
      story.status = story.capturedMinor > 0n ? 'succeeded' : 'canceled';
      story.isCancelOpen = false;
      break;
    case 'CancelRequested':
      story.isCancelOpen = true;
      break;
    case 'CancelFailed':
      story.isCancelOpen = false;
      break;
    case 'CaptureRequested':
      story.captures.set(textOf(data.captureId), {
        amountMinor: amountIn(data).minor,
        foundAs: null,
        status: 'open',
      });
      break;
    case 'ChargeCaptured':
      story.capturedMinor += amountIn(data).minor;
      if (capture) capture.status = 'succeeded';
      if (data.final === true || story.capturedMinor === story.amountMinor) {
        story.status = 'succeeded';
        story.isCancelOpen = false;
      }
      break;
    case 'CaptureFailed':
      if (capture) capture.status = 'failed';
      break;
    case 'RefundRequested':
      story.refunds.set(textOf(data.refundId), {
        amountMinor: amountIn(data).minor,
        foundAs: null,
        status: 'open',
      });
      break;
    case 'RefundRecorded':
      story.refunds.set(textOf(data.refundId), {
        amountMinor: amountIn(data).minor,
        foundAs: textOf(data.pspReference),
        status: 'open',
      });
      break;
    case 'RefundSucceeded':
      if (refund) refund.status = 'succeeded';
      break;
    case 'RefundFailed':
      if (refund) refund.status = 'failed';
      break;
  }
}

function amountIn(data: RecordedEvent['data']): { readonly minor: bigint; readonly currency: string } {
  const { amount } = data as {
    readonly amount?: { readonly amountMinor: string; readonly currency: string };
  };
  if (amount === undefined) throw new Error('the event carries an amount');
  return { minor: BigInt(amount.amountMinor), currency: amount.currency };
}

export const sumOf = (amounts: Iterable<bigint>): bigint => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
};

export const refundedMinor = ({ refunds }: Story): bigint =>
  sumOf(
    [...refunds.values()]
      .filter(({ status }) => status === 'succeeded')
      .map(({ amountMinor }) => amountMinor),
  );

/** A field that holds text; anything else is nobody's id. */
export const textOf = (field: unknown): string => (typeof field === 'string' ? field : '');
