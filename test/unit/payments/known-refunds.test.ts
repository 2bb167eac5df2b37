import { type Charge, chargeDecider, hasRefundsMadeOutside } from '../../../src/core/payments';
import { fold } from '../../../src/core/kernel';
import type { PspRefund } from '../../../src/core/ports';
import {
  authorized,
  captured,
  created,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../support/charges';

const charge: Charge = fold(chargeDecider, [
  created(),
  authorized(),
  captured(),
  refundRequested(300),
  refundSucceeded(300),
]);
if (charge.status === 'none') throw new Error('the charge was created');
const { refunds } = charge;
const pspReference = refunds[0]?.pspReference ?? '';

const remote = (change: Partial<PspRefund>): PspRefund => ({
  refundId: refundId(),
  pspReference,
  outcome: { kind: 'succeeded', pspReference },
  amountMinor: 300n,
  createdAt: 1,
  reason: null,
  ...change,
});

test.each([
  ['our id and its own name', {}, false],
  ['its own name alone, because somebody edited what the provider keeps of us', { refundId: null }, false],
  ['neither', { refundId: null, pspReference: 're_other' }, true],
])('a refund that the provider shows with %s', (_, change, isOutside) => {
  expect(hasRefundsMadeOutside({ ...charge, refunds }, [remote(change)])).toBe(isOutside);
});
