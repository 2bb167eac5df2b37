import { fold } from '../../../core/kernel';
import { type ExistingCharge, chargeCodec, chargeDecider } from '../../../core/payments';
import type { RecordedEvent } from '../../../core/ports';
import type { PublicObjects } from '../../../core/webhooks';
import { chargeObject } from './charge-resource';
import { refundObject } from './refund-resource';

/** What public events of payments show: the same objects as the routes of charges and refunds. */
export const paymentsPublicObjects: PublicObjects = {
  charge(history) {
    const charge = chargeAfter(history);
    return charge === null ? null : chargeObject(charge);
  },
  refund(history, refundId) {
    const charge = chargeAfter(history);
    const refund = charge?.refunds.find((known) => known.refundId === refundId);
    return charge === null || refund === undefined ? null : refundObject(refund, charge.terms);
  },
};

function chargeAfter(history: readonly RecordedEvent[]): ExistingCharge | null {
  const events = history.flatMap((recorded) => chargeCodec.decode(recorded) ?? []);
  const charge = fold(chargeDecider, events);
  return charge.status === 'none' ? null : charge;
}
