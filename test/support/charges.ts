import {
  type CaptureId,
  type ChargeId,
  type Currency,
  type Money,
  type RefundId,
  money,
} from '../../src/core/kernel';
import type { ChargeEvent, CreateCharge, ProviderAmounts } from '../../src/core/payments';

/** Events of one charge, short enough to tell a story in a test. */
export const chargeId = 'ch_00000000000000000000000001' as ChargeId;
export const captureId = (n = 1) => `cap_0000000000000000000000000${String(n)}` as CaptureId;
export const refundId = (n = 1) => `re_0000000000000000000000000${String(n)}` as RefundId;
export const provider = 'stripe';
export const expiresAt = 1_000 + 24 * 60 * 60_000;
export const pspReference = 'pi_1';
export const eur = (amountMinor: number): Money => money(BigInt(amountMinor), 'EUR');
export const inCurrency = (amountMinor: number, currency: Currency): Money =>
  money(BigInt(amountMinor), currency);
export const declined = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};

type Of<Type extends ChargeEvent['type']> = Extract<ChargeEvent, { type: Type }>;

/** A provider that takes every amount. */
export const anyAmount: ProviderAmounts = { amountRefusal: () => null };

/** What a merchant asks for who says no more than he must. */
export const asked = (change: Partial<CreateCharge> = {}): CreateCharge => ({
  chargeId,
  amount: eur(1000),
  paymentToken: 'tok_visa',
  captureMethod: 'automatic',
  assessment: 'approved',
  risk: null,
  description: null,
  customerReference: null,
  statementDescriptor: null,
  returnUrl: null,
  metadata: {},
  livemode: false,
  provider,
  createdAt: 1_000,
  expiresAt,
  ...change,
});
export const created = (change: Partial<CreateCharge> = {}): Of<'ChargeCreated'> => ({
  type: 'ChargeCreated',
  ...asked(change),
});
export const authorized = (): ChargeEvent => ({
  type: 'ChargeAuthorized',
  provider,
  captureMethod: 'automatic',
  pspReference,
  card: null,
});
export const captured = (amountMinor = 1000, id: CaptureId | null = null, final = true): ChargeEvent => ({
  type: 'ChargeCaptured',
  provider,
  captureId: id,
  amount: eur(amountMinor),
  final,
});
export const captureRequested = (amountMinor: number, id = captureId(), final = false): ChargeEvent => ({
  type: 'CaptureRequested',
  captureId: id,
  pspReference,
  amount: eur(amountMinor),
  final,
  requestedAt: 2_000,
});
export const failed = (): ChargeEvent => ({
  type: 'ChargeFailed',
  provider,
  pspReference: null,
  card: null,
  failure: declined,
});
export const unknown = (): ChargeEvent => ({ type: 'ChargeOutcomeUnknown', reason: 'timeout' });
export const actionRequired = (): ChargeEvent => ({
  type: 'ChargeActionRequired',
  provider,
  pspReference,
  nextAction: { kind: 'redirect', url: 'https://example.com/3ds' },
  expiresAt,
});
export const cancelRequested = (): ChargeEvent => ({
  type: 'CancelRequested',
  reason: 'requested',
  pspReference,
});
export const canceled = (): ChargeEvent => ({ type: 'ChargeCanceled' });
export const refundRequested = (amountMinor: number, id = refundId()): ChargeEvent => ({
  type: 'RefundRequested',
  provider,
  refundId: id,
  pspReference,
  amount: eur(amountMinor),
  reason: null,
  metadata: {},
  createdAt: 3_000,
});
export const refundSucceeded = (amountMinor: number, id = refundId()): ChargeEvent => ({
  type: 'RefundSucceeded',
  provider,
  refundId: id,
  amount: eur(amountMinor),
  pspReference: 're_1',
});
export const refundFailed = (amountMinor: number, id = refundId(), afterSuccess = false): ChargeEvent => ({
  type: 'RefundFailed',
  provider,
  refundId: id,
  amount: eur(amountMinor),
  failure: declined,
  afterSuccess,
});

/** The shortest history that leads to each status. */
export const histories = {
  in_review: [created({ assessment: 'review' })],
  blocked: [created({ assessment: 'blocked' })],
  processing: [created()],
  unknown: [created(), unknown()],
  requires_action: [created(), actionRequired()],
  authorized: [created({ captureMethod: 'manual' }), authorized()],
  succeeded: [created(), authorized(), captured()],
  failed: [created(), failed()],
  canceled: [created({ captureMethod: 'manual' }), authorized(), cancelRequested(), canceled()],
} satisfies Record<string, readonly ChargeEvent[]>;
