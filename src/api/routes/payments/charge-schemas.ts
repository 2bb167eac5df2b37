import { type Static, Type } from '@sinclair/typebox';
import { type Clock, type Ids, newId } from '../../../core/kernel';
import type { ChargeFilter, CreateCharge } from '../../../core/payments';
import type { Provider } from '../../../core/ports';
import { chargeExample, chargeStatuses } from './charge-resource';
import { Metadata } from '../../resources/metadata';
import { Amount, CurrencyCode, moneyOf } from '../../resources/money';
import { nullable, oneOf } from '../../resources/schema-parts';
import { namedById } from './named-by-id';
import { maxReferenceCharacters, paymentFilters, toPaymentFilter } from './payment-filters';

/** The most that a text field of a charge holds, in characters. */
const maxTextCharacters = 1_000;

export const CreateChargeBody = Type.Object(
  {
    amount: Amount,
    currency: CurrencyCode,
    payment_token: Type.String({
      pattern: '^(?:tok|pm)_[A-Za-z0-9_]{1,250}$',
      'x-expected': "the provider's token: tok_… or pm_…",
      writeOnly: true,
      description:
        "The provider's token for the card, from fincore.js or the provider's own SDK. Never shown again.",
      examples: ['pm_card_visa'],
    }),
    capture_method: oneOf(['automatic', 'manual'], {
      default: 'automatic',
      description: 'automatic takes the money with the authorization; manual waits for captures.',
    }),
    description: Type.Optional(nullable(Type.String({ maxLength: maxTextCharacters }))),
    customer_reference: Type.Optional(
      nullable(Type.String({ minLength: 1, maxLength: maxReferenceCharacters })),
    ),
    statement_descriptor: Type.Optional(
      nullable(
        Type.String({
          pattern: '^(?=.*[A-Za-z])[A-Za-z0-9 .,_/&+-]{1,22}$',
          'x-expected': '1 to 22 letters, digits, spaces and . , _ / & + -, with at least one letter',
          description: "What the payer's statement says.",
        }),
      ),
    ),
    metadata: Type.Optional(Metadata),
  },
  {
    additionalProperties: false,
    examples: [
      {
        amount: 1999,
        currency: 'eur',
        payment_token: 'pm_card_visa',
        description: 'Order 4711',
        metadata: { order: '4711' },
      },
    ],
  },
);

export const toCreateCharge = (
  body: Static<typeof CreateChargeBody>,
  context: {
    readonly ids: Ids;
    readonly clock: Clock;
    readonly livemode: boolean;
    readonly provider: Provider;
  },
): CreateCharge => ({
  chargeId: newId('ch', context.ids),
  amount: moneyOf(body.amount, body.currency),
  paymentToken: body.payment_token,
  captureMethod: body.capture_method,
  // The rules that hold or block a charge are asked before this point once they exist.
  assessment: 'approved',
  description: body.description ?? null,
  customerReference: body.customer_reference ?? null,
  statementDescriptor: body.statement_descriptor ?? null,
  metadata: body.metadata ?? {},
  livemode: context.livemode,
  provider: context.provider,
  createdAt: context.clock(),
});

/** A part of a charge. Without a currency it is the charge's own; naming another one is refused. */
export const partOfCharge = {
  amount: Type.Optional({ ...Amount, description: 'Minor units. Without it, all that is left.' }),
  currency: Type.Optional({
    ...CurrencyCode,
    description: "ISO 4217 code, only together with amount. Without it, the charge's currency.",
  }),
};

export const CaptureBody = Type.Object(
  {
    ...partOfCharge,
    final: Type.Boolean({
      default: false,
      description: 'Releases what is authorized beyond this capture; no further capture is possible.',
    }),
  },
  {
    additionalProperties: false,
    dependentRequired: { currency: ['amount'] },
    examples: [{ amount: 1000, final: true }],
  },
);

export const ChargeListQuery = Type.Object(paymentFilters(chargeStatuses), { additionalProperties: false });

export const toChargeFilter = (query: Static<typeof ChargeListQuery>): ChargeFilter => toPaymentFilter(query);

export const {
  Path: ChargePath,
  idOf: chargeIdOf,
  notFound: chargeNotFound,
} = namedById('ch', {
  code: 'charge_not_found',
  noun: 'charge',
  example: chargeExample.id,
});
