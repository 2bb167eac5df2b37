import type { MerchantEvent } from '../accounts';
import type { ChargeEvent } from '../payments';

/** Commands, by their names. A refusal is recorded under the same word as the effect it did not have. */
export const auditActions = [
  'CreateMerchant',
  'IssueKey',
  'RotateKey',
  'RevokeKey',
  'CreateCharge',
  'ReviewCharge',
  'CaptureCharge',
  'CancelCharge',
  'RequestRefund',
  'RecordOutcome',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Complete by its type: an event that is added to a context does not compile until it has its action. */
const actionsByEvent: Readonly<Record<ChargeEvent['type'] | MerchantEvent['type'], AuditAction>> = {
  MerchantCreated: 'CreateMerchant',
  ApiKeyIssued: 'IssueKey',
  ApiKeyRotated: 'RotateKey',
  ApiKeyRevoked: 'RevokeKey',
  ChargeCreated: 'CreateCharge',
  ChargeReviewApproved: 'ReviewCharge',
  ChargeReviewRejected: 'ReviewCharge',
  CaptureRequested: 'CaptureCharge',
  CancelRequested: 'CancelCharge',
  RefundRecorded: 'RecordOutcome',
  RefundRequested: 'RequestRefund',
  ChargeOutcomeUnknown: 'RecordOutcome',
  ChargeActionRequired: 'RecordOutcome',
  ChargeAuthorized: 'RecordOutcome',
  ChargeFailed: 'RecordOutcome',
  ChargeCaptured: 'RecordOutcome',
  CaptureFailed: 'RecordOutcome',
  CaptureOutcomeUnknown: 'RecordOutcome',
  ChargeCanceled: 'RecordOutcome',
  CancelFailed: 'RecordOutcome',
  CancelOutcomeUnknown: 'RecordOutcome',
  RefundPending: 'RecordOutcome',
  RefundSucceeded: 'RecordOutcome',
  RefundFailed: 'RecordOutcome',
  RefundOutcomeUnknown: 'RecordOutcome',
};

const actions = new Map<string, AuditAction>(Object.entries(actionsByEvent));

/** The command behind an event; an event of no known context is its own action, since nothing may go unaudited. */
export const actionOf = (eventType: string): string => actions.get(eventType) ?? eventType;
