import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { createMemoryPsp } from '../../../../src/adapters/memory/psp';
import { newId, tenantOf } from '../../../../src/core/kernel';
import { chargeCodec, chargeStream, receiveNotice } from '../../../../src/core/payments';
import { DeadLetter, toStream } from '../../../../src/core/ports';
import { jobsForNotices } from '../../../../src/workflows/payments/notice-jobs';
import { createPaymentsHandler } from '../../../../src/workflows/payments/payments-handler';
import {
  chargeId,
  histories,
  pspReference,
  refundFailed,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../../support/charges';

const tenant = tenantOf(newId('mer', createSeededIds(1)), false);
const metadata = { actor: 'test', correlationId: 'c' };

/** The PSP has given back so much of a charge of 10.00, of which FinCore has refunded 3.00 and failed to refund 2.00. */
async function toldOf(refundedMinor: bigint) {
  const journal = createMemoryJournal({ clock: () => 1 });
  const events = [
    ...histories.succeeded,
    refundRequested(300),
    refundSucceeded(300),
    refundRequested(200, refundId(2)),
    refundFailed(200, refundId(2)),
  ].map((event) => chargeCodec.encode(event));
  await journal.append(
    toStream({ tenant, stream: chargeStream(chargeId), expectedVersion: 0, events, metadata }),
  );
  await receiveNotice(journal)(
    'stripe',
    { eventId: 'evt_1', type: 'charge.refunded', tenant, chargeId, concerns: 'refunds' },
    metadata,
  );
  const psp = createMemoryPsp({ clock: () => 1 });
  psp.findPayment = () =>
    Promise.resolve({
      outcome: { kind: 'authorized', pspReference, captured: true, capturedMinor: 1000n },
      capturedMinor: 1000n,
      refundedMinor,
    });
  const handle = createPaymentsHandler({ journal, gatewayFor: () => psp, clock: () => 1 });
  const [job] = await jobsForNotices(journal)(await journal.read(0, 100));
  if (job === undefined) throw new Error('the notice asks for a job');
  return handle({ ...job, attempt: 1 });
}

test.each([0n, 300n])('%s given back is what the books show, or less', async (refundedMinor) => {
  await toldOf(refundedMinor);
});

test('more given back than the books show is told to a person, with both sums', async () => {
  const told = toldOf(500n);
  await expect(told).rejects.toThrow(DeadLetter);
  await expect(told).rejects.toThrow('5.00 EUR');
  await expect(told).rejects.toThrow('3.00 EUR');
});
