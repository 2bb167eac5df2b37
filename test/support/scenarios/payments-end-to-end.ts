import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually';
import { card, chargeBody, idOf } from '../faults/merchant-words';
import type { PspControl } from '../faults/psp-control';
import { expectSettledBooks } from '../faults/sound-books';
import type { Answered, MerchantClient } from '../merchant-client';

/** Where FinCore runs is not the scenario's business: a merchant, a PSP, and somebody who proves the books. */
export interface Platform {
  readonly merchant: MerchantClient;
  readonly psp: PspControl;
  /** Every check of `fincore verify`. Rejects, naming the first fault. */
  verify(): Promise<void>;
}

const timeoutMs = 60_000;

/** The scenarios of payments from the request to the books; every runtime passes them all. */
export const paymentScenarios: readonly {
  readonly name: string;
  readonly run: (platform: Platform) => Promise<void>;
}[] = [
  { name: 'a charge is authorized, captured and listed', run: chargeAtOnce },
  { name: 'a charge is captured in parts and refunded in parts, never beyond', run: partsOfACharge },
  { name: 'a declined card fails the charge with its reason', run: declinedCard },
  { name: 'an amount that the provider cannot take is refused with what it takes', run: unsupportedAmount },
  { name: 'a payer authenticates, and the notice completes the charge', run: payerAuthenticates },
  { name: 'an authorized charge is canceled', run: cancellation },
  { name: 'the same key gives the same answer, another body is refused', run: idempotency },
  { name: 'an unanswered call becomes unknown and is resolved, with one effect', run: unansweredCall },
  { name: 'PSP, ledger and charges tell one story, and every check passes', run: soundBooks },
];

async function settledCharge({ merchant }: Platform, body: object): Promise<Answered['body']> {
  const created = await merchant.post('/v1/charges', chargeBody(body), { waitSeconds: 20 });
  expect(created.status).toBe(201);
  return await eventually(
    async () => {
      const { body: shown } = await merchant.get(`/v1/charges/${idOf(created)}`);
      expect(['processing', 'unknown']).not.toContain(shown.status);
      return shown;
    },
    { timeoutMs, intervalMs: 100 },
  );
}

async function chargeAtOnce(platform: Platform): Promise<void> {
  const reference = `customer-${randomUUID()}`;
  const charge = await settledCharge(platform, { customer_reference: reference });
  expect(charge).toMatchObject({ status: 'succeeded', amount_captured: 1000, livemode: false });
  const listed = await eventually(
    async () => {
      const list = await platform.merchant.get(`/v1/charges?customer_reference=${reference}`);
      expect(list.status).toBe(200);
      return list;
    },
    { timeoutMs },
  );
  expect(listed.body).toMatchObject({ data: [{ id: charge.id, status: 'succeeded' }] });
}

async function partsOfACharge(platform: Platform): Promise<void> {
  const { merchant } = platform;
  const { id } = await settledCharge(platform, { amount: 5_000, capture_method: 'manual' });
  const path = `/v1/charges/${String(id)}`;
  for (const [amount, captured] of [
    [1_000, 1_000],
    [3_000, 4_000],
  ] as const) {
    const asked = await merchant.post(
      `${path}/capture`,
      { amount, final: captured === 4_000 },
      { waitSeconds: 20 },
    );
    expect(asked.status).toBe(200);
    await becomes(platform, path, { amount_captured: captured });
  }
  for (const amount of [1_500, 2_500])
    expect((await merchant.post('/v1/refunds', { charge: id, amount })).status).toBe(201);
  const beyond = await merchant.post('/v1/refunds', { charge: id, amount: 1 });
  expect(beyond).toMatchObject({ status: 409, body: { code: 'refund_exceeds_captured' } });
  await becomes(platform, path, { status: 'succeeded', amount_refunded: 4_000 });
}

async function unsupportedAmount({ merchant }: Platform): Promise<void> {
  const answer = await merchant.post('/v1/charges', chargeBody({ amount: 100_000_000 }));
  expect(answer).toMatchObject({ status: 422, body: { code: 'amount_too_large' } });
  expect(answer.body.detail).toContain('at most 999999.99 EUR');
}

async function declinedCard(platform: Platform): Promise<void> {
  const charge = await settledCharge(platform, { payment_token: 'tok_chargeDeclinedInsufficientFunds' });
  expect(charge).toMatchObject({
    status: 'failed',
    amount_captured: 0,
    failure: { decline_code: 'insufficient_funds' },
  });
}

async function payerAuthenticates(platform: Platform): Promise<void> {
  const charge = await settledCharge(platform, { payment_token: 'tok_threeDSecure2Required' });
  expect(charge).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
  const { reference } = charge.psp as { readonly reference: string };
  await platform.psp.authenticate(reference, 'succeed');
  await becomes(platform, `/v1/charges/${String(charge.id)}`, { status: 'succeeded', amount_captured: 1000 });
}

async function cancellation(platform: Platform): Promise<void> {
  const { id } = await settledCharge(platform, { capture_method: 'manual' });
  const path = `/v1/charges/${String(id)}`;
  expect((await platform.merchant.post(`${path}/cancel`, {})).status).toBe(200);
  await becomes(platform, path, { status: 'canceled', amount_captured: 0 });
}

async function idempotency({ merchant }: Platform): Promise<void> {
  const key = randomUUID();
  const first = await merchant.post('/v1/charges', chargeBody(), { key });
  const again = await merchant.post('/v1/charges', chargeBody(), { key });
  expect(again.status).toBe(201);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const other = await merchant.post('/v1/charges', chargeBody({ amount: 2_000 }), { key });
  expect(other.status).toBe(422);
  expect(other.body).toMatchObject({ code: 'idempotency_key_reused' });
}

async function unansweredCall(platform: Platform): Promise<void> {
  const { merchant, psp } = platform;
  await psp.arm({ kind: 'timeout_after', hold_ms: 3_000, times: 1, match: { method: 'POST' } });
  try {
    const created = await merchant.post('/v1/charges', chargeBody({ payment_token: card }));
    expect(created.status).toBe(201);
    await becomes(platform, `/v1/charges/${idOf(created)}`, { status: 'succeeded', amount_captured: 1000 });
    const tally = (await psp.stats()).charges_by_charge_id[idOf(created)];
    expect(tally).toMatchObject({ charges: 1 });
  } finally {
    await psp.disarm();
  }
}

async function soundBooks(platform: Platform): Promise<void> {
  await expectSettledBooks(platform);
  await platform.verify();
}

const becomes = ({ merchant }: Platform, path: string, expected: object): Promise<void> =>
  eventually(
    async () => {
      const { body } = await merchant.get(path);
      expect(body).toMatchObject(expected);
    },
    { timeoutMs, intervalMs: 100 },
  );
