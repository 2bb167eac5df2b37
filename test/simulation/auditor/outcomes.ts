import type { PspBookPayment } from '../../../src/adapters/memory/psp-books';
import type { Asked } from '../requests';
import type { Check, Evidence } from './evidence';
import { type Story, textOf } from './story';

/** An authorization is not among them: it ends at the PSP, and the books must notice. */
const atRest = new Set(['blocked', 'failed', 'canceled', 'succeeded', 'requires_action']);

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
  return [...found, ...leftOver(evidence, stories)];
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

/** Only a payer who never comes back leaves a job undone: it is given up after two days of asking. */
function leftOver({ books }: Evidence, stories: ReadonlyMap<string, Story>): readonly string[] {
  return books.queue.jobs().flatMap(({ job, place }) => {
    if (place === 'completed') return [];
    const status = stories.get(textOf(job.data.chargeId))?.status;
    const isAbandoned = job.name === 'follow-up-payment' && status === 'requires_action';
    return isAbandoned && place === 'dead'
      ? []
      : [`[4] the job ${job.name} ${job.key} is ${place} at the end`];
  });
}

/** Invariant 5: what a charge and its refunds have come to here is what they have come to at the PSP. */
export const checkSameStory: Check = ({ stories, payments }) => {
  const found: string[] = [];
  for (const story of stories.values()) {
    const own = payments.filter(({ chargeId }) => chargeId === story.chargeId);
    const payment = own[0];
    const expected = payment === undefined ? statusUnasked(story) : statusOf(payment);
    if (story.status !== expected)
      found.push(`[5] ${story.chargeId} is ${story.status}, by the PSP's books it is ${expected}`);
    if (payment === undefined) continue;
    if (payment.capturedMinor !== story.capturedMinor)
      found.push(
        `[5] the PSP captured ${String(payment.capturedMinor)} of ${story.chargeId}, the journal says ${String(story.capturedMinor)}`,
      );
    found.push(...refundDifferences(story, payment));
  }
  return found;
};

/** Without a payment at the PSP, rules or people have stopped the charge. */
const statusUnasked = ({ status }: Story): string =>
  status === 'blocked' || status === 'canceled' ? status : 'blocked or canceled';

function statusOf({ status, capturedMinor }: PspBookPayment): string {
  switch (status.kind) {
    case 'held':
      return 'captured or expired by now';
    case 'captured':
      return 'succeeded';
    case 'canceled':
      return capturedMinor > 0n ? 'succeeded' : 'canceled';
    case 'action_required':
      return 'requires_action';
    case 'failed':
      return 'failed';
    case 'undecided':
      return 'decided by now';
  }
}

function refundDifferences(story: Story, { refunds }: PspBookPayment): readonly string[] {
  const found: string[] = [];
  for (const refund of refunds) {
    const known = story.refunds.get(refund.refundId)?.status ?? 'missing';
    if (known !== refund.status)
      found.push(`[5] ${refund.refundId} is ${known}, at the PSP it is ${refund.status}`);
  }
  for (const [id, { status }] of story.refunds)
    if (status === 'succeeded' && !refunds.some(({ refundId }) => refundId === id))
      found.push(`[5] ${id} has succeeded, and the PSP knows nothing of it`);
  return found;
}
