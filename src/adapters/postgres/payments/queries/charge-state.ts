import { toMoneyData } from '../../../../core/kernel';
import type { ExistingCharge } from '../../../../core/payments';
import type { CaptureJson } from './charge-record';

/** The columns that only some states have, null in the others. */
export const pspReferenceOf = (charge: ExistingCharge): string | null =>
  'pspReference' in charge ? charge.pspReference : null;

export const cancellationOf = (charge: ExistingCharge): string | null =>
  'cancellation' in charge ? charge.cancellation : null;

export const failureJson = (charge: ExistingCharge): string | null =>
  'failure' in charge ? JSON.stringify(charge.failure) : null;

export const nextActionJson = (charge: ExistingCharge): string | null =>
  'nextAction' in charge ? JSON.stringify(charge.nextAction) : null;

export const capturesJson = (charge: ExistingCharge): string =>
  JSON.stringify(
    charge.captures.map((capture): CaptureJson => ({ ...capture, amount: toMoneyData(capture.amount) })),
  );
