import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { amountRefusal } from '../../../src/adapters/psp/stripe/amounts';
import { type MerchantId, money, tenantOf } from '../../../src/core/kernel';
import {
  captureCharge,
  chargeCodec,
  chargeStream,
  createCharge,
  requestRefund,
} from '../../../src/core/payments';
import { toStream } from '../../../src/core/ports';
import {
  anyAmount,
  asked,
  authorized,
  captureId,
  chargeId,
  created,
  provider,
  refundId,
} from '../../support/charges';

/** What becomes of a charge of one side where the provider is of one side. */
async function accepted(side: { readonly livemode: boolean }, installed: { readonly livemode: boolean }) {
  const { type: _, ...command } = created(side);
  const journal = createMemoryJournal({ clock: () => 1 });
  const handled = await createCharge(journal, { ...installed, ...anyAmount })(command, {
    tenant: tenantOf('mer_00000000000000000000000001' as MerchantId, side.livemode),
    metadata: { actor: 'test', correlationId: 'c' },
  });
  return { handled, events: await journal.head() };
}

test.each([true, false])('a charge of the side of the provider is accepted (live: %p)', async (livemode) => {
  const { handled, events } = await accepted({ livemode }, { livemode });
  expect(handled).toMatchObject({ kind: 'done', state: { status: 'processing' } });
  expect(events).toBe(1);
});

test.each([
  ['live', { livemode: true }, { livemode: false }],
  ['test', { livemode: false }, { livemode: true }],
])('a %s charge without such a provider is refused, and not left to wait for one', async (side, key, psp) => {
  const { handled, events } = await accepted(key, psp);
  expect(handled).toMatchObject({
    kind: 'refused',
    refusal: {
      code: 'livemode_unavailable',
      message: `A ${side} key was used, and no ${side} payment service provider is configured.`,
    },
  });
  expect(events).toBe(0);
});

test.each([
  ['amount_too_large', 100_000_000n, 'EUR', '/amount', 'at most 999999.99 EUR'],
  ['amount_unsupported', 5124n, 'KWD', '/amount', 'multiples of 0.010 KWD'],
  ['currency_unsupported', 100n, 'IRR', '/currency', 'no payments in IRR'],
] as const)(
  'a charge that the provider cannot take is refused with %s and with what is allowed',
  async (code, amountMinor, currency, param, allowed) => {
    const journal = createMemoryJournal({ clock: () => 1 });
    const handled = await createCharge(journal, { livemode: false, amountRefusal })(
      asked({ amount: money(amountMinor, currency) }),
      {
        tenant: tenantOf('mer_00000000000000000000000001' as MerchantId, false),
        metadata: { actor: 'test', correlationId: 'c' },
      },
    );
    expect(handled).toMatchObject({
      kind: 'refused',
      refusal: { code, param, message: expect.stringContaining(allowed) as string },
    });
    expect(await journal.head()).toBe(0);
  },
);

test('a capture and a refund that the provider cannot take are refused like a charge', async () => {
  const journal = createMemoryJournal({ clock: () => 1 });
  const context = {
    tenant: tenantOf('mer_00000000000000000000000001' as MerchantId, false),
    metadata: { actor: 'test', correlationId: 'c' },
  };
  const dinars = (amountMinor: bigint) => money(amountMinor, 'KWD');
  const events = [
    created({ amount: dinars(100_000n), captureMethod: 'manual' }),
    authorized(),
    { type: 'ChargeCaptured', provider, captureId: null, amount: dinars(50_000n), final: false } as const,
  ];
  await journal.append(
    toStream({
      ...context,
      stream: chargeStream(chargeId),
      expectedVersion: 0,
      events: events.map((event) => chargeCodec.encode(event)),
    }),
  );
  const amount = dinars(1_004n);
  const refused = { kind: 'refused', refusal: { code: 'amount_unsupported', param: '/amount' } };
  const capture = { chargeId, captureId: captureId(), amount, final: false, requestedAt: 1 };
  expect(await captureCharge(journal, { amountRefusal })(capture, context)).toMatchObject(refused);
  const refund = { chargeId, refundId: refundId(), amount, reason: null, metadata: {}, createdAt: 1 };
  expect(await requestRefund(journal, { amountRefusal })(refund, context)).toMatchObject(refused);
  expect(await journal.head()).toBe(events.length);
});
