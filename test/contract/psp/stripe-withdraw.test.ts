import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { newId } from '../../../src/core/kernel';
import { cancelCharge, createCharge, findCharge } from '../../../src/core/payments';
import { PspUnavailable, RetryLater } from '../../../src/core/ports';
import { createPaymentsHandler } from '../../../src/workflows/payments/payments-handler';
import { anyAmount, asked } from '../../support/charges';
import { jobsForPayments } from '../../support/payment-jobs';
import { authorization, authorized, tenant } from './case-setting';
import type { Fault } from './faulty-proxy';
import { type StripeUnderTest, openStripe } from './stripe-under-test';

const hourMs = 60 * 60_000;
let aheadMs = 0;
const clock = () => Date.now() + aheadMs;
let psp: StripeUnderTest;
beforeAll(async () => {
  psp = await openStripe({ clock });
});
afterEach(() => (aheadMs = 0));
afterAll(async () => psp.close());

const noSearch: Fault = {
  kind: 'answer',
  status: 400,
  body: '{"error":{"type":"invalid_request_error","message":"Search is not supported here."}}',
};
const failNext = (fault: Fault, method: string, path: RegExp) =>
  psp.network.failNext(fault, (request) => request.method === method && path.test(request.url ?? ''));
const withoutSearch = () => failNext(noSearch, 'GET', /search/);

describe('an account to which Stripe offers no search', () => {
  test('has its payments looked for since their charges were accepted', async () => {
    const request = authorization({ captureMethod: 'manual' });
    await authorized(psp.gateway, request);
    aheadMs = 25 * hourMs;
    withoutSearch();
    expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: false },
    });
  });

  test('shows a withdrawal the payment that came first, also hours later', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp.gateway, request);
    aheadMs = 5 * hourMs;
    withoutSearch();
    expect(await psp.gateway.withdraw(request)).toMatchObject({ kind: 'authorized', pspReference });
  });

  test('with very many payments since says that it cannot tell, and not that there is none', async () => {
    const others = { object: 'list', has_more: true, data: [{ id: 'pi_other', metadata: {} }] };
    const request = authorization();
    withoutSearch();
    for (let page = 0; page < 100; page += 1)
      failNext({ kind: 'answer', status: 200, body: JSON.stringify(others) }, 'GET', /created/);
    await expect(psp.gateway.findPayment({ payment: request })).rejects.toThrow(PspUnavailable);
  });
});

describe('a withdrawal that is interrupted after it has made the payment that nobody can pay', () => {
  const ids = createSeededIds(31);
  const statusesOf = async (chargeId: string) =>
    (await psp.stripe.paymentIntents.list({ limit: 100 })).data
      .filter(({ metadata }) => metadata.charge_id === chargeId)
      .map(({ status }) => status);

  /** A charge that is canceled before Stripe was asked, with the first withdrawal interrupted. */
  async function interrupted() {
    const journal = createMemoryJournal({ clock });
    const handle = createPaymentsHandler({ journal, gatewayFor: () => psp.gateway, clock, ids });
    const chargeId = newId('ch', ids);
    const context = { tenant, metadata: { actor: 'test', correlationId: 'c' } };
    const terms = asked({ chargeId, createdAt: clock(), expiresAt: clock() + 24 * hourMs });
    await createCharge(journal, { livemode: false, ...anyAmount })(terms, context);
    await cancelCharge(journal)({ chargeId }, context);
    const jobs = (await journal.read(0, 100)).flatMap(jobsForPayments);
    const job = jobs.find(({ name }) => name === 'cancel-at-psp');
    if (job === undefined) throw new Error('the cancellation asks for a job');
    failNext({ kind: 'cut_before' }, 'POST', /cancel/);
    await expect(handle({ ...job, attempt: 1 })).rejects.toThrow(RetryLater);
    expect(await statusesOf(chargeId)).toEqual(['requires_payment_method']);
    return {
      chargeId,
      /** @param correlationId another one makes another request of the same key */
      tryAgain: (correlationId = 'c') => handle({ ...job, data: { ...job.data, correlationId }, attempt: 2 }),
      statusHere: async () => (await findCharge(journal)(tenant, chargeId))?.status,
    };
  }

  test.each([
    ['with the same request', 0, 'c'],
    ['with another request under the key', 0, 'd'],
    ['once the key is forgotten', 25 * hourMs, 'c'],
  ])('is brought to its end by the next attempt %s', async (_how, laterMs, correlationId) => {
    const { chargeId, tryAgain, statusHere } = await interrupted();
    aheadMs = laterMs;
    await tryAgain(correlationId);
    expect(await statusesOf(chargeId)).toEqual(['canceled']);
    expect(await statusHere()).toBe('canceled');
  });
});
