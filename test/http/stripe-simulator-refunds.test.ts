import type Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

const paid = async (method = 'pm_card_visa'): Promise<{ intent: string; charge: string }> => {
  const intent = await stripe.paymentIntents.create({ ...oneVisa, payment_method: method });
  return { intent: intent.id, charge: intent.latest_charge as string };
};

const eventTypesOf = async (id: string): Promise<readonly string[]> => {
  const events = await stripe.events.list({ limit: 100 });
  return events.data.filter(({ data }) => (data.object as { id?: string }).id === id).map(({ type }) => type);
};

test('a full refund, by payment intent', async () => {
  const { intent, charge } = await paid();
  const refund = await stripe.refunds.create({
    payment_intent: intent,
    reason: 'requested_by_customer',
    metadata: { why: 'late' },
  });
  expect(refund).toMatchObject({
    object: 'refund',
    status: 'succeeded',
    amount: 2_000,
    charge,
    payment_intent: intent,
    reason: 'requested_by_customer',
    metadata: { why: 'late' },
  });
  const refunded = await stripe.charges.retrieve(charge, { expand: ['refunds'] });
  expect(refunded).toMatchObject({ refunded: true, amount_refunded: 2_000 });
  expect(refunded.refunds?.data.map(({ id }) => id)).toEqual([refund.id]);
  expect(await refusal(stripe.refunds.create({ charge }))).toMatchObject({
    statusCode: 400,
    code: 'charge_already_refunded',
  });
});

test('several partial refunds, never more than was captured', async () => {
  const { intent, charge } = await paid();
  const first = await stripe.refunds.create({ charge, amount: 500 });
  const second = await stripe.refunds.create({ payment_intent: intent, amount: 700 });
  const error = await refusal(stripe.refunds.create({ charge, amount: 801 }));
  expect(error).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount' });
  expect(error.message).toBe('Refund amount ($8.01) is greater than unrefunded amount on charge ($8.00)');
  const rest = await stripe.refunds.create({ charge });
  expect(rest.amount).toBe(800);
  const all = await stripe.refunds.list({ payment_intent: intent });
  expect(all.data.map(({ id }) => id)).toEqual([rest.id, second.id, first.id]);
  expect(await refusal(stripe.refunds.create({ charge, amount: 0 }))).toMatchObject({ statusCode: 400 });
});

test('many refunds at once give back what there is and no more', async () => {
  const { charge } = await paid();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, () => stripe.refunds.create({ charge, amount: 300 })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  expect((await stripe.charges.retrieve(charge)).amount_refunded).toBe(1_800);
});

test('only what was captured of a partial capture can be refunded', async () => {
  const held = await stripe.paymentIntents.create({ ...oneVisa, capture_method: 'manual' });
  expect(await refusal(stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
  });
  await stripe.paymentIntents.capture(held.id, { amount_to_capture: 600 });
  expect(await refusal(stripe.refunds.create({ payment_intent: held.id, amount: 601 }))).toMatchObject({
    code: 'amount_too_large',
  });
  expect((await stripe.refunds.create({ payment_intent: held.id })).amount).toBe(600);
});

test('a pending refund succeeds later', async () => {
  const { charge } = await paid('pm_card_pendingRefund');
  const refund = await stripe.refunds.create({ charge });
  expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
  await eventually(async () => expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded'));
  expect(await eventTypesOf(refund.id)).toEqual([
    'charge.refund.updated',
    'refund.updated',
    'refund.created',
  ]);
});

test('a failing refund succeeds first, fails later, and gives the money back to the balance', async () => {
  const { charge } = await paid('pm_card_refundFail');
  const refund = await stripe.refunds.create({ charge, amount: 900 });
  expect(refund.status).toBe('succeeded');
  const failed = await eventually(async () => {
    const current = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
    expect(current.status).toBe('failed');
    return current;
  });
  expect(failed).toMatchObject({
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: { amount: 900, type: 'refund_failure' },
  });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
  expect(await eventTypesOf(refund.id)).toEqual([
    'charge.refund.updated',
    'refund.updated',
    'refund.failed',
    'refund.created',
  ]);
});

test('a pending refund can be canceled, a settled one cannot', async () => {
  const slow = await runSimulator({ refundSettlementDelayMs: 60_000 });
  try {
    const intent = await slow.stripe.paymentIntents.create({
      ...oneVisa,
      payment_method: 'pm_card_pendingRefund',
    });
    const refund = await slow.stripe.refunds.create({ payment_intent: intent.id });
    expect((await slow.stripe.refunds.cancel(refund.id)).status).toBe('canceled');
    expect((await slow.stripe.charges.retrieve(intent.latest_charge as string)).amount_refunded).toBe(0);
    expect(await refusal(slow.stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 });
  } finally {
    await slow.stop();
  }
});

test('metadata can be added, and unknown ids are named', async () => {
  const { charge } = await paid();
  const refund = await stripe.refunds.create({ charge });
  expect((await stripe.refunds.update(refund.id, { metadata: { ticket: '9' } })).metadata).toEqual({
    ticket: '9',
  });
  expect(await refusal(stripe.refunds.retrieve('re_none'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
  expect(await refusal(stripe.refunds.create({ charge: 'ch_none' }))).toMatchObject({
    statusCode: 400,
    code: 'resource_missing',
    param: 'charge',
  });
  expect(await refusal(stripe.refunds.create({}))).toMatchObject({ statusCode: 400 });
});
