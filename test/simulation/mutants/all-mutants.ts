import {
  earlyAcknowledgement,
  endedHoldNotLookedFor,
  failedPaymentLeftOpen,
  outsideRefundIgnored,
  refundNotLookedAtAgain,
  retriesSwallowed,
  waitingPaymentNeverExpires,
} from './job-mutants';
import { answerNotStored, keyWithoutTenant, unconditionalTransitions } from './journal-mutants';
import type { Mutant } from './mutant';
import {
  cardNumberInMessage,
  expiredIsCaptured,
  keyPerAttempt,
  lateMoneyIgnored,
  timeoutIsFailure,
  withdrawalWithoutKey,
} from './psp-mutants';
import {
  alteredEntry,
  lateFailureForgotten,
  noLedgerDedupe,
  oneSidedPosting,
  outboxGap,
  refundNoticeIgnored,
  staleProjection,
} from './reader-mutants';

/** At least one for every invariant that payments have. */
export const allMutants: readonly Mutant[] = [
  keyPerAttempt,
  outboxGap,
  noLedgerDedupe,
  unconditionalTransitions,
  timeoutIsFailure,
  earlyAcknowledgement,
  oneSidedPosting,
  lateFailureForgotten,
  retriesSwallowed,
  staleProjection,
  alteredEntry,
  keyWithoutTenant,
  answerNotStored,
  cardNumberInMessage,
  refundNoticeIgnored,
  endedHoldNotLookedFor,
  expiredIsCaptured,
  failedPaymentLeftOpen,
  lateMoneyIgnored,
  outsideRefundIgnored,
  refundNotLookedAtAgain,
  waitingPaymentNeverExpires,
  withdrawalWithoutKey,
];
