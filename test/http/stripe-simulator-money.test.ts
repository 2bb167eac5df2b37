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

describe('money', () => {
  test('the balance is the sum of its transactions, and pays out what is available', async () => {
    const merchant = simulator.client('sk_test_balance');
    expect((await merchant.balance.retrieve()).available).toEqual([
      { amount: 0, currency: 'usd', source_types: { card: 0 } },
    ]);
    await merchant.paymentIntents.create({
      ...oneVisa,
      amount: 10_000,
      payment_method: 'pm_card_bypassPending',
    });
    const waiting = await merchant.paymentIntents.create({ ...oneVisa, amount: 1_000 });
    await merchant.refunds.create({ payment_intent: waiting.id, amount: 300 });
    const balance = await merchant.balance.retrieve();
    // 100.00 less 3.20, less the refund of 3.00; 10.00 less 0.59 is still pending.
    expect(balance.available[0]).toMatchObject({ amount: 10_000 - 320 - 300, currency: 'usd' });
    expect(balance.pending[0]).toMatchObject({ amount: 1_000 - 59 });
    expect(await refusal(merchant.payouts.create({ amount: 9_381, currency: 'usd' }))).toMatchObject({
      statusCode: 400,
      code: 'balance_insufficient',
    });
    const payout = await merchant.payouts.create({ amount: 9_380, currency: 'usd' });
    expect(payout.status).toBe('pending');
    await eventually(async () => expect((await merchant.payouts.retrieve(payout.id)).status).toBe('paid'));
    expect((await merchant.balance.retrieve()).available[0]?.amount).toBe(0);
    const transactions = await merchant.balanceTransactions.list({ limit: 100 });
    expect(transactions.data.map(({ type }) => type)).toEqual(['payout', 'refund', 'charge', 'charge']);
    expect((await merchant.balanceTransactions.list({ source: payout.id })).data).toHaveLength(1);
    expect((await merchant.balanceTransactions.retrieve(transactions.data[0]?.id ?? '')).net).toBe(-9_380);
    expect((await merchant.events.list({ type: 'payout.paid' })).data).toHaveLength(1);
  });
});

describe('disputes', () => {
  const disputed = async (method: string): Promise<Stripe.Dispute> => {
    const intent = await stripe.paymentIntents.create({ ...oneVisa, payment_method: method });
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    const [dispute] = data;
    if (dispute === undefined) throw new Error(`${method} brought no dispute.`);
    return dispute;
  };

  test('are won with winning evidence, which returns the money', async () => {
    const dispute = await disputed('pm_card_createDispute');
    expect(dispute).toMatchObject({
      status: 'needs_response',
      reason: 'fraudulent',
      amount: 2_000,
      is_charge_refundable: false,
    });
    expect(dispute.balance_transactions).toMatchObject([{ amount: -2_000, fee: 1_500 }]);
    expect(await refusal(stripe.refunds.create({ charge: dispute.charge as string }))).toMatchObject({
      code: 'charge_disputed',
    });
    const won = await stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won).toMatchObject({
      status: 'won',
      evidence_details: { has_evidence: true, submission_count: 1 },
    });
    expect(won.balance_transactions.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    expect(await refusal(stripe.disputes.close(dispute.id))).toMatchObject({ statusCode: 400 });
  });

  test('are lost with losing evidence, or by closing them', async () => {
    const first = await disputed('pm_card_createDisputeProductNotReceived');
    expect(first.reason).toBe('product_not_received');
    const draft = await stripe.disputes.update(first.id, {
      evidence: { uncategorized_text: 'losing_evidence' },
      submit: false,
    });
    expect(draft.status).toBe('needs_response');
    expect(
      (await stripe.disputes.update(first.id, { evidence: { uncategorized_text: 'losing_evidence' } }))
        .status,
    ).toBe('lost');
    const second = await disputed('pm_card_createDispute');
    expect((await stripe.disputes.close(second.id)).status).toBe('lost');
    const third = await stripe.disputes.retrieve((await disputed('pm_card_createDisputeInquiry')).id);
    expect(third).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
  });

  test('may come twice', async () => {
    const intent = await stripe.paymentIntents.create({
      ...oneVisa,
      amount: 2_001,
      payment_method: 'pm_card_createMultipleDisputes',
    });
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    expect(data.map(({ amount }) => amount)).toEqual([1_001, 1_000]);
  });
});
