/**
 * A charge as an accountant would keep it on paper: a status and whole numbers, no events. It says for each thing
 * that can happen whether it is refused, with which code, and what stands in the books afterwards.
 */
export interface ChargeModel {
  status: string;
  readonly authorized: number;
  captured: number;
  cancellation: 'none' | 'pending' | 'unknown';
  /** An answer of the PSP has named the payment. */
  isNamed: boolean;
  readonly captures: { amount: number; final: boolean; status: Status }[];
  readonly refunds: { amount: number; status: Status; isKnownToPsp: boolean }[];
}

type Status = 'pending' | 'unknown' | 'succeeded' | 'failed';

export const paymentKinds = [
  'authorized',
  'captured',
  'action_required',
  'failed',
  'canceled',
  'pending',
  'unknown',
] as const;
export const captureKinds = ['captured', 'failed', 'unknown'] as const;
export const cancelKinds = ['canceled', 'failed', 'unknown'] as const;
export const refundKinds = ['succeeded', 'pending', 'failed', 'unknown'] as const;

/** What can happen to a charge. `which` picks one of its captures or refunds, or one past the last: an unknown one. */
export type Happening =
  | { readonly kind: 'approve' | 'reject' | 'cancel' }
  | {
      readonly kind: 'capture';
      readonly amount: number | null;
      readonly final: boolean;
      readonly foreign: boolean;
    }
  | { readonly kind: 'refund'; readonly amount: number | null; readonly foreign: boolean }
  | {
      readonly kind: 'payment outcome';
      readonly outcome: (typeof paymentKinds)[number];
      /** What the PSP has taken by then: of an authorization, a capture or a cancellation. */
      readonly taken: number;
    }
  | {
      readonly kind: 'capture outcome';
      readonly which: number;
      readonly outcome: (typeof captureKinds)[number];
    }
  | {
      readonly kind: 'cancel outcome';
      readonly outcome: (typeof cancelKinds)[number];
      readonly taken: number;
    }
  | {
      readonly kind: 'refund outcome';
      readonly which: number;
      readonly outcome: (typeof refundKinds)[number];
    }
  /** One refund that was made at the PSP itself. */
  | { readonly kind: 'outside refund'; readonly amount: number };

export function newModel(assessment: 'approved' | 'review' | 'blocked', authorized: number): ChargeModel {
  const status = { approved: 'processing', review: 'in_review', blocked: 'blocked' }[assessment];
  return { status, authorized, captured: 0, cancellation: 'none', isNamed: false, captures: [], refunds: [] };
}

const isOpen = ({ status }: { readonly status: Status }) => status === 'pending' || status === 'unknown';
const total = (operations: readonly { readonly amount: number }[]) =>
  operations.reduce((sum, { amount }) => sum + amount, 0);

/** Changes the model. @returns the code of the refusal, or null */
export function happen(model: ChargeModel, happening: Happening): string | null {
  switch (happening.kind) {
    case 'approve':
    case 'reject':
      if (model.status !== 'in_review') return 'charge_not_in_review';
      model.status = happening.kind === 'approve' ? 'processing' : 'blocked';
      return null;
    case 'cancel':
      return cancel(model);
    case 'capture':
      return capture(model, happening);
    case 'refund':
      return refund(model, happening);
    case 'payment outcome':
      return paymentOutcome(model, happening.outcome, happening.taken);
    case 'capture outcome':
      return captureOutcome(model, happening.which, happening.outcome);
    case 'cancel outcome':
      return cancelOutcome(model, happening.outcome, happening.taken);
    case 'refund outcome':
      return refundOutcome(model, happening.which, happening.outcome);
    case 'outside refund':
      return outsideRefund(model, happening.amount);
  }
}

function cancel(model: ChargeModel): string | null {
  if (model.status === 'in_review') {
    model.status = 'canceled';
    return null;
  }
  if (!['processing', 'unknown', 'requires_action', 'authorized'].includes(model.status))
    return 'charge_not_cancelable';
  if (model.cancellation !== 'none') return 'cancel_in_progress';
  if (model.captures.some(isOpen)) return 'capture_in_progress';
  model.cancellation = 'pending';
  return null;
}

function capture(
  model: ChargeModel,
  { amount, final, foreign }: Extract<Happening, { kind: 'capture' }>,
): string | null {
  if (model.status !== 'authorized') return 'charge_not_authorized';
  if (model.cancellation !== 'none') return 'cancel_in_progress';
  if (foreign && amount !== null) return 'currency_mismatch';
  const open = model.captures.filter(isOpen);
  if (open.length > 0 && (final || open.some((other) => other.final))) return 'capture_in_progress';
  const left = model.authorized - model.captured - total(open);
  const asked = amount ?? left;
  if (asked <= 0 || asked > left) return 'capture_exceeds_authorization';
  // Beside another one, a capture of all that is left ends nothing: the other has still to be decided.
  model.captures.push({
    amount: asked,
    final: final || (asked === left && open.length === 0),
    status: 'pending',
  });
  return null;
}

function refund(
  model: ChargeModel,
  { amount, foreign }: Extract<Happening, { kind: 'refund' }>,
): string | null {
  if (model.captured === 0) return 'charge_not_refundable';
  if (foreign && amount !== null) return 'currency_mismatch';
  const left = model.captured - total(model.refunds.filter(({ status }) => status !== 'failed'));
  const asked = amount ?? left;
  if (asked <= 0 || asked > left) return 'refund_exceeds_captured';
  model.refunds.push({ amount: asked, status: 'pending', isKnownToPsp: false });
  return null;
}

function paymentOutcome(
  model: ChargeModel,
  outcome: (typeof paymentKinds)[number],
  taken: number,
): string | null {
  const isMoney = outcome === 'authorized' || outcome === 'captured';
  switch (model.status) {
    case 'succeeded':
      if (outcome === 'failed' || outcome === 'canceled') return 'charge_final';
      return isMoney && taken !== model.captured ? 'provider_contradiction' : null;
    case 'authorized':
      if (outcome === 'failed') return 'charge_final';
      if (model.captures.some(isOpen)) return null;
      if (outcome === 'canceled') release(model);
      return isMoney ? take(model, taken, outcome === 'captured') : null;
    case 'processing':
    case 'unknown':
    case 'requires_action':
      return isMoney ? firstMoney(model, taken, outcome === 'captured') : firstOutcome(model, outcome);
    case 'failed':
    case 'canceled':
      // Money that was taken all the same belongs in the books.
      return isMoney && taken > 0 ? firstMoney(model, taken, outcome === 'captured') : null;
    default:
      return isMoney ? 'charge_final' : null;
  }
}

function firstMoney(model: ChargeModel, taken: number, isOver: boolean): string | null {
  if (taken > model.authorized) return 'provider_contradiction';
  model.status = 'authorized';
  model.isNamed = true;
  return take(model, taken, isOver);
}

/** The books follow what the PSP has taken, never back. */
function take(model: ChargeModel, taken: number, isOver: boolean): string | null {
  if (taken > model.authorized || taken < model.captured) return 'provider_contradiction';
  const isMore = taken > model.captured;
  model.captured = taken;
  if (isOver || (isMore && taken === model.authorized)) release(model);
  return null;
}

function firstOutcome(
  model: ChargeModel,
  outcome: Exclude<(typeof paymentKinds)[number], 'authorized' | 'captured'>,
): null {
  if (outcome === 'pending') return null;
  if (outcome === 'unknown') {
    if (model.status === 'processing') model.status = 'unknown';
    return null;
  }
  model.status = outcome === 'action_required' ? 'requires_action' : outcome;
  if (outcome === 'action_required') model.isNamed = true;
  else model.cancellation = 'none';
  return null;
}

function captureOutcome(
  model: ChargeModel,
  which: number,
  outcome: (typeof captureKinds)[number],
): string | null {
  const known = model.captures[which];
  if (known === undefined) return 'capture_not_found';
  if (!isOpen(known)) return null;
  if (model.status !== 'authorized') return 'charge_final';
  known.status = outcome === 'captured' ? 'succeeded' : outcome;
  if (outcome !== 'captured') return null;
  model.captured += known.amount;
  if (known.final || model.captured === model.authorized) {
    model.status = 'succeeded';
    model.cancellation = 'none';
  }
  return null;
}

function cancelOutcome(
  model: ChargeModel,
  outcome: (typeof cancelKinds)[number],
  taken: number,
): string | null {
  if (model.cancellation === 'none') return null;
  if (outcome !== 'canceled') {
    model.cancellation = outcome === 'failed' ? 'none' : 'unknown';
    return null;
  }
  if (taken > (model.isNamed ? model.authorized : 0)) return 'provider_contradiction';
  model.captured = Math.max(model.captured, taken);
  release(model);
  return null;
}

function release(model: ChargeModel): void {
  model.status = model.captured === 0 ? 'canceled' : 'succeeded';
  model.cancellation = 'none';
}

function refundOutcome(
  model: ChargeModel,
  which: number,
  outcome: (typeof refundKinds)[number],
): string | null {
  const known = model.refunds[which];
  if (known === undefined) return 'refund_not_found';
  switch (outcome) {
    case 'succeeded':
      if (known.status === 'failed') return 'refund_final';
      known.status = 'succeeded';
      return null;
    case 'failed':
      known.status = 'failed';
      return null;
    case 'pending':
      if (isOpen(known)) Object.assign(known, { status: 'pending', isKnownToPsp: true });
      return null;
    case 'unknown':
      if (known.status === 'pending' && !known.isKnownToPsp) known.status = 'unknown';
      return null;
  }
}

function outsideRefund(model: ChargeModel, amount: number): string | null {
  const given = total(model.refunds.filter(({ status }) => status === 'succeeded'));
  if (given + amount > model.captured) return 'provider_contradiction';
  model.refunds.push({ amount, status: 'succeeded', isKnownToPsp: true });
  return null;
}
