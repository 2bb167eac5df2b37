import type Stripe from 'stripe';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

describe('finding', () => {
  test('search by metadata and status', async () => {
    const wanted = await stripe.paymentIntents.create({ ...oneVisa, metadata: { charge_id: "ch_o'1" } });
    const unpaid = await stripe.paymentIntents.create({
      amount: 600,
      currency: 'usd',
      metadata: { charge_id: "ch_o'1" },
    });
    const query = "metadata['charge_id']:'ch_o\\'1'";
    const both = await stripe.paymentIntents.search({ query });
    expect(both.data.map(({ id }) => id)).toEqual([unpaid.id, wanted.id]);
    const paid = await stripe.paymentIntents.search({ query: `${query} AND status:'succeeded'` });
    expect(paid.data.map(({ id }) => id)).toEqual([wanted.id]);
    const others = await stripe.paymentIntents.search({ query: `${query} -status:"succeeded"` });
    expect(others.data.map(({ id }) => id)).toEqual([unpaid.id]);
    const none = await stripe.paymentIntents.search({ query: "metadata['charge_id']:'ch_none'" });
    expect(none).toMatchObject({ object: 'search_result', data: [], has_more: false });
    expect(await refusal(stripe.paymentIntents.search({ query: 'nonsense' }))).toMatchObject({
      statusCode: 400,
      param: 'query',
    });
    expect(await refusal(stripe.paymentIntents.search({ query: "color:'red'" }))).toMatchObject({
      statusCode: 400,
      param: 'query',
    });
  });

  test('lists page through everything, newest first, in both directions', async () => {
    const pager = simulator.client('sk_test_pager');
    const customer = await pager.customers.create({ email: 'pager@example.com' });
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const intent = await pager.paymentIntents.create({
        amount: 1_000 + index,
        currency: 'usd',
        ...(index % 2 === 0 ? { customer: customer.id } : {}),
      });
      made.unshift(intent.id);
    }
    const all = await pager.paymentIntents.list({ limit: 3 }).autoPagingToArray({ limit: 100 });
    expect(all.map(({ id }) => id)).toEqual(made);
    const page = await pager.paymentIntents.list({ limit: 2, ending_before: made[4] ?? '' });
    expect(page.data.map(({ id }) => id)).toEqual([made[2], made[3]]);
    expect(page.has_more).toBe(true);
    const own = await pager.paymentIntents.list({
      customer: customer.id,
      limit: 2,
      expand: ['data.customer'],
    });
    expect(own.data.map(({ id }) => id)).toEqual([made[0], made[2]]);
    expect(own.data[0]?.customer).toMatchObject({ email: 'pager@example.com' });
    const future = await pager.paymentIntents.list({ created: { gt: Math.floor(Date.now() / 1_000) + 60 } });
    expect(future.data).toEqual([]);
    expect(await refusal(pager.paymentIntents.list({ limit: 101 }))).toMatchObject({
      statusCode: 400,
      param: 'limit',
    });
    expect(await refusal(pager.paymentIntents.list({ starting_after: 'pi_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    });
  });
});
