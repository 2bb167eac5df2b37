import type { PspBookPayment, PspBookRefund } from '../../../src/adapters/memory/psp-books';
import type { Asked } from '../requests';
import type { Check, Evidence } from './evidence';
import type { Story } from './story';

/** Neither an authorization, which ends at the PSP, nor a payment that waits for its payer, which expires, is among them. */
const atRest = new Set(['blocked', 'failed', 'canceled', 'succeeded']);

/** Invariant 4: whatever was accepted is decided, once nothing goes wrong any more. */
export const checkDecided: Check = (evidence) => {
  const { stories } = evidence;
  const found: string[] = [];
  for (const { request, answer } of evidence.asked)
    if (answer.kind === 'accepted') found.push(...undecided(request.body, answer.id, stories));
  for (const story of stories.values()) {
    if (!atRest.has(story.status)) found.push(`[4] ${story.chargeId} is ${story.status} for ever`);
    if (story.isCancelOpen) found.push(`[4] the cancellation of ${story.chargeId} is not decided`);
    for (const [id, { status }] of [...story.captures, ...story.refunds])
      if (status === 'open') found.push(`[4] ${id} of ${story.chargeId} is not decided`);
  }
  return [...found, ...leftOver(evidence)];
};

function undecided(
  body: Asked['request']['body'],
  id: string,
  stories: ReadonlyMap<string, Story>,
): readonly string[] {
  switch (body.operation) {
    case 'create':
      return stories.has(id) ? [] : [`[4] the accepted charge ${id} is not in the journal`];
    case 'capture':
      return stories.get(body.chargeId)?.captures.has(id) ? [] : [`[4] the accepted capture ${id} is lost`];
    case 'refund':
      return stories.get(body.chargeId)?.refunds.has(id) ? [] : [`[4] the accepted refund ${id} is lost`];
    case 'cancel':
    case 'review':
      return [];
  }
}

const leftOver = ({ books }: Evidence): readonly string[] =>
  books.queue
    .jobs()
    .flatMap(({ job, place }) =>
      place === 'completed' ? [] : [`[4] the job ${job.name} ${job.key} is ${place} at the end`],
    );

/** Invariant 5: what a charge and its refunds have come to here is what they have come to at the PSP. */
export const checkSameStory: Check = ({ stories, payments }) => {
  const found: string[] = [];
  for (const story of stories.values()) {
    const own = payments.filter(({ chargeId }) => chargeId === story.chargeId);
    const payment = own[0];
    const expected = payment === undefined ? ['blocked', 'canceled'] : statusesOf(payment);
    if (!expected.includes(story.status))
      found.push(
        `[5] ${story.chargeId} is ${story.status}, by the PSP's books it is ${expected.join(' or ')}`,
      );
    if (payment === undefined) continue;
    if (payment.status.kind !== 'canceled' && payment.createdAt > story.expiresAt + latenessMs)
      found.push(`[5] ${story.chargeId} was asked for at ${String(payment.createdAt)}, after its time`);
    if (payment.capturedMinor !== story.capturedMinor)
      found.push(
        `[5] the PSP captured ${String(payment.capturedMinor)} of ${story.chargeId}, the journal says ${String(story.capturedMinor)}`,
      );
    found.push(...refundDifferences(story, payment));
  }
  return found;
};

/** The clock of the worker that asks may be an hour behind, and its request minutes on its way. */
const latenessMs = 60 * 60_000 + 5 * 60_000;

/** What a charge may be whose payment has ended so; a payment that can still be paid has not ended. */
function statusesOf({ status, capturedMinor }: PspBookPayment): readonly string[] {
  switch (status.kind) {
    case 'held':
      return ['captured or expired by now'];
    case 'captured':
      return ['succeeded'];
    case 'canceled':
      // A payment that failed is canceled too, so that its payer cannot pay it with another card.
      return capturedMinor > 0n ? ['succeeded'] : ['canceled', 'failed'];
    case 'action_required':
      return ['expired by now'];
    case 'failed':
      return ['ended at the PSP by now'];
    case 'undecided':
      return ['decided by now'];
  }
}

const knownAs = ({ refunds }: Story, { refundId, reference }: PspBookRefund) =>
  refundId === null
    ? [...refunds.values()].find(({ foundAs }) => foundAs === reference)
    : refunds.get(refundId);

function refundDifferences(story: Story, { refunds }: PspBookPayment): readonly string[] {
  const found: string[] = [];
  for (const refund of refunds) {
    const known = knownAs(story, refund)?.status ?? 'missing';
    // What was made outside and had failed before anybody looked has moved nothing.
    if (refund.refundId === null && refund.status === 'failed' && known === 'missing') continue;
    if (known !== refund.status)
      found.push(
        `[5] the refund ${refund.refundId ?? refund.reference} is ${known}, at the PSP it is ${refund.status}`,
      );
  }
  for (const [id, { status, foundAs }] of story.refunds)
    if (
      status === 'succeeded' &&
      !refunds.some(({ refundId, reference }) => refundId === id || reference === foundAs)
    )
      found.push(`[5] ${id} has succeeded, and the PSP knows nothing of it`);
  return found;
}
