import { type Static, Type } from '@sinclair/typebox';
import { type Clock, type Ids, newId, toTimestamp } from '../../../core/kernel';
import type { AskedCharge, ChargeFilter } from '../../../core/payments';
import type { Provider } from '../../../core/ports';
import { chargeExample, chargeStatuses } from './charge-resource';
import { Metadata } from '../../resources/metadata';
import { Amount, CurrencyCode, moneyOf } from '../../resources/money';
import { TimeAsked, nullable, oneOf } from '../../resources/schema-parts';
import { parameterProblem } from '../../errors/validation-problem';
import { shownValue } from '../../errors/received-value';
import { namedById } from './named-by-id';
import { maxReferenceCharacters, paymentFilters, toPaymentFilter } from './payment-filters';

/** The most that a text field of a charge holds, in characters. */
const maxTextCharacters = 1_000;

const maxUrlCharacters = 2_048;
const returnUrlPattern =
  '^(?:https://[A-Za-z0-9.-]+|http://(?:localhost|127\\.0\\.0\\.1))(?::[0-9]{1,5})?(?:[/?#][!-~]*)?$';

/** As long as providers remember idempotency keys: a payment is asked for under one key, so it is taken once. */
const maxLifetimeHours = 24;
const maxLifetimeMs = maxLifetimeHours * 60 * 60_000;

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
    description: Type.Optional(
      nullable(
        Type.String({
          maxLength: maxTextCharacters,
          description: `At most ${String(maxTextCharacters)} characters as the provider counts them, in UTF-16: an emoji counts for two or more.`,
        }),
      ),
    ),
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
    return_url: Type.Optional(
      nullable(
        Type.String({
          maxLength: maxUrlCharacters,
          pattern: returnUrlPattern,
          'x-expected':
            'an address that begins with https:// (http:// for localhost only), in printable ASCII',
          description:
            "Where the payer's browser goes after 3-D Secure. Without it, to the page of this API.",
          examples: ['https://shop.example.com/orders/4711'],
        }),
      ),
    ),
    expires_at: Type.Optional(
      nullable({
        ...TimeAsked,
        description: `The latest time at which the payment may be taken, at most ${String(maxLifetimeHours)} hours ahead. What the provider has not taken by then is canceled. Without it, a time that the installation sets.`,
      }),
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

export function toAskedCharge(
  body: Static<typeof CreateChargeBody>,
  context: {
    readonly ids: Ids;
    readonly clock: Clock;
    readonly livemode: boolean;
    readonly provider: Provider;
    readonly lifetimeMs: number;
  },
): AskedCharge {
  const createdAt = context.clock();
  assertShortEnough(body.description);
  return {
    chargeId: newId('ch', context.ids),
    amount: moneyOf(body.amount, body.currency),
    paymentToken: body.payment_token,
    captureMethod: body.capture_method,
    description: body.description ?? null,
    customerReference: body.customer_reference ?? null,
    statementDescriptor: body.statement_descriptor ?? null,
    metadata: body.metadata ?? {},
    livemode: context.livemode,
    provider: context.provider,
    returnUrl: body.return_url ?? null,
    createdAt,
    expiresAt: expiryAsked(body.expires_at ?? null, createdAt) ?? createdAt + context.lifetimeMs,
  };
}

/** JSON Schema counts code points, and the provider counts UTF-16. @throws Problem parameter_invalid */
function assertShortEnough(description: string | null | undefined): void {
  if (description === null || description === undefined || description.length <= maxTextCharacters) return;
  throw parameterProblem({
    param: '/description',
    detail: `received ${shownValue(description)}; must have at most ${String(maxTextCharacters)} characters in UTF-16, as the provider counts, and has ${String(description.length)}.`,
  });
}

/** @throws Problem parameter_invalid */
function expiryAsked(asked: string | null, nowMs: number): number | null {
  if (asked === null) return null;
  const expiresAt = Date.parse(asked);
  if (expiresAt > nowMs && expiresAt <= nowMs + maxLifetimeMs) return expiresAt;
  throw parameterProblem({
    param: '/expires_at',
    detail: `received ${shownValue(asked)}; must be later than ${toTimestamp(nowMs)} and no later than ${toTimestamp(nowMs + maxLifetimeMs)}.`,
  });
}

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
