import type Stripe from 'stripe';
import { testCards } from '../../simulators/stripe/cards/test-cards';
import type { TestCard } from '../../simulators/stripe/cards/test-card';
import { passesLuhn } from '../../simulators/stripe/cards/card-number';
import {
  onePayment,
  refusal,
  runSimulator,
  withToken,
  type RunningSimulator,
} from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

/** What Stripe's documentation promises, written down apart from the simulator's own table. */
const documented: readonly (readonly [name: string, outcome: string])[] = [
  ['visa', 'succeeded'],
  ['visa_debit', 'succeeded'],
  ['mastercard', 'succeeded'],
  ['mastercard_debit', 'succeeded'],
  ['mastercard_prepaid', 'succeeded'],
  ['amex', 'succeeded'],
  ['discover', 'succeeded'],
  ['diners', 'succeeded'],
  ['jcb', 'succeeded'],
  ['unionpay', 'succeeded'],
  ['visa_cartesBancaires', 'succeeded'],
  ['mastercard_cartesBancaires', 'succeeded'],
  ['us', 'succeeded'],
  ['br', 'succeeded'],
  ['de', 'succeeded'],
  ['gb', 'succeeded'],
  ['jp', 'succeeded'],
  ['visa_chargeDeclined', 'card_declined/generic_decline'],
  ['chargeDeclined', 'card_declined/generic_decline'],
  ['visa_chargeDeclinedInsufficientFunds', 'card_declined/insufficient_funds'],
  ['chargeDeclinedInsufficientFunds', 'card_declined/insufficient_funds'],
  ['visa_chargeDeclinedLostCard', 'card_declined/lost_card'],
  ['visa_chargeDeclinedStolenCard', 'card_declined/stolen_card'],
  ['chargeDeclinedExpiredCard', 'expired_card/expired_card'],
  ['chargeDeclinedIncorrectCvc', 'incorrect_cvc/incorrect_cvc'],
  ['chargeDeclinedProcessingError', 'processing_error/processing_error'],
  ['visa_chargeDeclinedVelocityLimitExceeded', 'card_declined/card_velocity_exceeded'],
  ['chargeCustomerFail', 'card_declined/generic_decline'],
  ['radarBlock', 'card_declined/fraudulent'],
  ['chargeDeclinedFraudulent', 'card_declined/fraudulent'],
  ['riskLevelHighest', 'succeeded'],
  ['riskLevelElevated', 'succeeded'],
  ['cvcCheckFail', 'succeeded'],
  ['avsZipFail', 'succeeded'],
  ['avsLine1Fail', 'succeeded'],
  ['avsFail', 'succeeded'],
  ['avsUnchecked', 'succeeded'],
  ['createDispute', 'succeeded'],
  ['createDisputeProductNotReceived', 'succeeded'],
  ['createDisputeInquiry', 'succeeded'],
  ['createIssuerFraudRecord', 'succeeded'],
  ['createMultipleDisputes', 'succeeded'],
  ['pendingRefund', 'succeeded'],
  ['refundFail', 'succeeded'],
  ['bypassPending', 'succeeded'],
  ['bypassPendingInternational', 'succeeded'],
  ['authenticationRequired', 'requires_action'],
  ['authenticationRequiredOnSetup', 'requires_action'],
  ['authenticationRequiredSetupForOffSession', 'requires_action'],
  ['authenticationRequiredChargeDeclinedInsufficientFunds', 'requires_action'],
  ['threeDSecure2Required', 'requires_action'],
  ['threeDSecureRequiredChargeDeclined', 'requires_action'],
  ['threeDSecureRequiredProcessingError', 'processing_error/processing_error'],
  ['threeDSecureOptional', 'succeeded'],
  ['amex_threeDSecureNotSupported', 'succeeded'],
];

async function outcomeOf(payment: Partial<Stripe.PaymentIntentCreateParams>): Promise<string> {
  try {
    return (await stripe.paymentIntents.create({ ...onePayment, ...payment })).status;
  } catch (error) {
    const { code, decline_code: declineCode } = error as Stripe.errors.StripeCardError;
    return `${code}/${declineCode}`;
  }
}

describe('documented names', () => {
  test.each(documented)('%s: %s', async (name, outcome) => {
    expect(await outcomeOf({ payment_method: `pm_card_${name}` })).toBe(outcome);
    expect(await outcomeOf(withToken(`tok_${name}`))).toBe(outcome);
  });
});

/** What a row of the table says of a payment on session. */
function expectedOf(card: TestCard): string {
  if (card.authentication === 'lookup_fails') return 'refused';
  if (card.authentication !== undefined) return 'requires_action';
  return card.decline === undefined ? 'succeeded' : 'refused';
}

describe('every row of the table', () => {
  const cards = testCards.filter(({ row }) => !row.startsWith('simulator_'));

  test.each(cards.map((card) => [card.row, card] as const))('%s', async (_row, card) => {
    expect(passesLuhn(card.number)).toBe(true);
    const payments = [
      ...card.paymentMethods.map((name) => ({ payment_method: name })),
      ...card.tokens.map(withToken),
    ];
    for (const payment of payments) {
      const outcome = await outcomeOf(payment);
      expect(outcome.includes('/') ? 'refused' : outcome).toBe(expectedOf(card));
    }
    const typed = await stripe.paymentMethods.create({
      type: 'card',
      card: {
        number: card.number,
        exp_month: 1,
        exp_year: 2040,
        cvc: card.brand === 'amex' ? '1234' : '123',
      },
    });
    expect(typed.card).toMatchObject({ brand: card.brand, last4: card.number.slice(-4), exp_year: 2040 });
  });

  test('no two rows share a name', () => {
    const names = testCards.flatMap((card) => [...card.paymentMethods, ...card.tokens]);
    expect(new Set(names).size).toBe(names.length);
    const rows = testCards.map(({ row }) => row);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

describe('typed cards', () => {
  const valid = { number: '4242424242424242', exp_month: '12', exp_year: '34', cvc: '123' };
  const invalid: readonly (readonly [string, Partial<typeof valid>, string])[] = [
    ['a number that fails its check digit', { number: '4242424242424241' }, 'incorrect_number'],
    ['month 13', { exp_month: '13' }, 'invalid_expiry_month'],
    ['a year in the past', { exp_year: '2019' }, 'invalid_expiry_year'],
    ['a security code of two digits', { cvc: '99' }, 'invalid_cvc'],
  ];

  test.each(invalid)('%s is refused', async (_what, part, code) => {
    const error = await refusal(stripe.tokens.create({ card: { ...valid, ...part } }));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
  });

  test('a card outside the table is declined, as a live card in test mode is', async () => {
    const token = await stripe.tokens.create({ card: { ...valid, number: '4111111111111111' } });
    expect(await outcomeOf(withToken(token.id))).toBe('card_declined/test_mode_live_card');
  });

  test('a declined payment after authentication ends as the card says', async () => {
    for (const [name, code] of [
      ['pm_card_threeDSecureRequiredChargeDeclined', 'generic_decline'],
      ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ] as const) {
      const intent = await stripe.paymentIntents.create({ ...onePayment, payment_method: name });
      const { value } = await simulator.control(
        'POST',
        `/simulator/payment_intents/${intent.id}/authenticate`,
        { outcome: 'succeed' },
      );
      expect(value).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { decline_code: code },
      });
    }
  });

  test('checks of address and security code show on the charge', async () => {
    const checksOf = async (token: string): Promise<unknown> => {
      const intent = await stripe.paymentIntents.create({
        ...onePayment,
        payment_method_data: {
          ...withToken(token).payment_method_data,
          type: 'card',
          billing_details: { address: { line1: 'Main Street 1', postal_code: '12345' } },
        },
        expand: ['latest_charge'],
      });
      return (intent.latest_charge as Stripe.Charge).payment_method_details?.card?.checks;
    };
    expect(await checksOf('tok_visa')).toEqual({
      address_line1_check: 'pass',
      address_postal_code_check: 'pass',
      cvc_check: 'pass',
    });
    expect(await checksOf('tok_avsFail')).toMatchObject({
      address_line1_check: 'fail',
      address_postal_code_check: 'fail',
    });
    expect(await checksOf('tok_cvcCheckFail')).toMatchObject({ cvc_check: 'fail' });
  });
});
