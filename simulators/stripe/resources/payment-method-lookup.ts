import { cardOfParameters, cardStateOf, type CardState } from '../cards/card';
import { cardOfPaymentMethod, cardOfToken } from '../cards/test-cards';
import { newId } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { invalidRequest, missingParameter, noSuchReference } from '../wire/api-error';
import type { Parameters } from '../wire/parameters';
import { readBillingDetails, type BillingDetails } from './billing-details';
import type { PaymentMethodState } from './payment-method-state';

const dataNames: ReadonlySet<string> = new Set([
  'allow_redisplay',
  'billing_details',
  'card',
  'metadata',
  'radar_options',
  'type',
]);
const cardNames: ReadonlySet<string> = new Set([
  'cvc',
  'exp_month',
  'exp_year',
  'networks',
  'number',
  'token',
]);

/** The payment method that a request names or describes; a documented `pm_card_…` becomes a new one. */
export function paymentMethodOf(unit: UnitOfWork, parameters: Parameters): PaymentMethodState | undefined {
  const id = parameters.optionalText('payment_method');
  const data = parameters.group('payment_method_data');
  if (id != null && data !== undefined) {
    throw invalidRequest(
      'You may only specify one of these parameters: payment_method, payment_method_data.',
      {
        param: 'payment_method_data',
      },
    );
  }
  if (data !== undefined) {
    data.allowOnly(dataNames);
    return newFromParameters(unit, data);
  }
  return id == null ? undefined : existingOrDocumented(unit, id, 'payment_method');
}

/** @throws ApiError `resource_missing` for an id that is neither stored nor documented. */
export function existingOrDocumented(unit: UnitOfWork, id: string, param: string): PaymentMethodState {
  const existing = unit.get('payment_method', id);
  if (existing !== undefined) return existing;
  const documented = cardOfPaymentMethod(id);
  if (documented === undefined) throw noSuchReference('PaymentMethod', id, param);
  return newPaymentMethod(unit, { card: cardStateOf(documented), billing: null, parameters: undefined });
}

/** Makes a payment method of `type=card` with a token or, where allowed, a card's data. */
export function newFromParameters(unit: UnitOfWork, data: Parameters): PaymentMethodState {
  const type = data.requiredText('type');
  if (type !== 'card') {
    throw invalidRequest(`Invalid type: ${type}. The simulator's accounts accept only card.`, {
      param: 'type',
    });
  }
  const card = data.group('card');
  if (card === undefined) throw missingParameter('card');
  card.allowOnly(cardNames);
  const token = card.text('token');
  const found =
    token === undefined
      ? { card: cardOfParameters(card, new Date(unit.nowMs)), billing: null }
      : spendToken(unit, token);
  const billing = readBillingDetails(data.group('billing_details'), found.billing);
  return newPaymentMethod(unit, { card: found.card, billing, parameters: data });
}

interface NewPaymentMethod {
  readonly card: CardState;
  readonly billing: BillingDetails | null;
  readonly parameters: Parameters | undefined;
}

function newPaymentMethod(
  unit: UnitOfWork,
  { card, billing, parameters }: NewPaymentMethod,
): PaymentMethodState {
  return unit.put({
    kind: 'payment_method',
    state: {
      id: newId('pm'),
      created: unit.created,
      card,
      billing,
      customer: null,
      metadata: parameters?.metadata() ?? {},
      isSetUp: false,
      isSpent: false,
    },
  });
}

export interface TokenizedCard {
  readonly card: CardState;
  readonly billing: BillingDetails | null;
  /** The id of the card object inside the token. */
  readonly cardId: string;
}

/** Takes a token, once. Documented `tok_…` names never run out. */
export function spendToken(unit: UnitOfWork, id: string, param = 'source'): TokenizedCard {
  const documented = cardOfToken(id);
  if (documented !== undefined)
    return { card: cardStateOf(documented), billing: null, cardId: newId('card') };
  const token = unit.get('token', id);
  if (token === undefined) throw noSuchReference('token', id, param);
  if (token.used) {
    throw invalidRequest(`You cannot use a Stripe token more than once: ${id}.`, {
      code: 'token_already_used',
      param,
    });
  }
  unit.put({ kind: 'token', state: { ...token, used: true } });
  return token;
}
