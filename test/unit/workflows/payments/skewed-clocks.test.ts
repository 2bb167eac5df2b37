import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { createMemoryPsp } from '../../../../src/adapters/memory/psp';
import { newId, tenantOf } from '../../../../src/core/kernel';
import { createCharge, findCharge } from '../../../../src/core/payments';
import { createPaymentsHandler } from '../../../../src/workflows/payments/payments-handler';
import { anyAmount, asked } from '../../../support/charges';
import { jobsForPayments } from '../../../support/payment-jobs';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test('clocks an hour off on either side do not let a worker trust a key that the PSP has forgotten', async () => {
  let trueMs = 100 * hourMs;
  const ids = createSeededIds(3);
  const journal = createMemoryJournal({ clock: () => trueMs });
  const psp = createMemoryPsp({ clock: () => trueMs });
  const tenant = tenantOf(newId('mer', ids), false);
  const chargeId = newId('ch', ids);
  // The process that accepts it is an hour ahead.
  const terms = asked({ chargeId, createdAt: trueMs + hourMs, expiresAt: trueMs + 25 * hourMs });
  await createCharge(journal, { livemode: false, ...anyAmount })(terms, {
    tenant,
    metadata: { actor: 'test', correlationId: 'c' },
  });
  const [job] = (await journal.read(0, 1)).flatMap(jobsForPayments);
  if (job === undefined) throw new Error('a charge asks for a job');
  // A worker charges, and dies before it has written anything down.
  await psp.authorize({
    tenant,
    chargeId,
    amount: terms.amount,
    createdAt: terms.createdAt,
    paymentToken: terms.paymentToken,
    captureMethod: terms.captureMethod,
    idempotencyKey: `${chargeId}:authorize`,
  });
  trueMs += 24 * hourMs + minuteMs;
  // The worker that takes its place is an hour behind.
  const handle = createPaymentsHandler({ journal, gatewayFor: () => psp, clock: () => trueMs - hourMs, ids });
  await handle({ ...job, attempt: 2 });
  expect(psp.chargesOf(chargeId)).toBe(1);
  expect(await findCharge(journal)(tenant, chargeId)).toMatchObject({ status: 'succeeded' });
});
