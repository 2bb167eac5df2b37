import type { Answered, MerchantClient } from '../merchant-client';

/** The everyday requests of a merchant, for tests that make many. Amounts in EUR cents. */
export const card = 'tok_visa';

export const chargeBody = (change: object = {}) => ({
  amount: 1000,
  currency: 'EUR',
  payment_token: card,
  ...change,
});

export const idOf = ({ body }: Answered): string => String(body.id);

/** Charges that have settled. */
export async function settledCharges(
  merchant: MerchantClient,
  count: number,
  change: object = {},
): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      merchant.post('/v1/charges', chargeBody(change), { waitSeconds: 20 }),
    ),
  );
  for (const { status, body } of answers)
    if (status !== 201 || (body.status !== 'succeeded' && body.status !== 'authorized'))
      throw new Error(`a charge was answered ${String(status)}: ${JSON.stringify(body)}`);
  return answers.map(idOf);
}

export const authorizedCharges = (merchant: MerchantClient, count: number) =>
  settledCharges(merchant, count, { capture_method: 'manual' });
