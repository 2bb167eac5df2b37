import type { Json, JsonObject } from '../kernel';

/** `map` holds texts by name. */
export type FactType = 'int' | 'string' | 'bool' | 'map';

/** A group of facts, as rules name them: `charge.amount`. */
export type FactGroup = Readonly<Record<string, FactType>>;

/**
 * Every fact that a rule may name. A charge need not have all of them: a rule that asks for one that is absent is not
 * evaluated, and the assessment says so.
 */
export const factTypes = {
  charge: {
    amount: 'int',
    currency: 'string',
    merchant: 'string',
    customer: 'string',
    description: 'string',
    capture_method: 'string',
    token_kind: 'string',
    livemode: 'bool',
    metadata: 'map',
  },
  time: { hour: 'int', weekday: 'int' },
} as const satisfies Readonly<Record<string, FactGroup>>;

export const factMeanings: {
  readonly [Group in keyof typeof factTypes]: Readonly<Record<keyof (typeof factTypes)[Group], string>>;
} = {
  charge: {
    amount: 'Minor units of the currency.',
    currency: 'ISO 4217, in capitals.',
    merchant: 'The id of the merchant, `mer_…`.',
    customer: "The merchant's own reference of its customer.",
    description: 'As the merchant wrote it.',
    capture_method: '`automatic` or `manual`.',
    token_kind: '`payment_method` (`pm_…`), which may be stored, or `card` (`tok_…`), which is used once.',
    livemode: 'Whether real money moves.',
    metadata: 'As the merchant wrote it: `charge.metadata["order"]`.',
  },
  time: { hour: 'Of the day in UTC, 0 to 23.', weekday: '1 for Monday to 7 for Sunday, in UTC.' },
};

/** What is known of one charge, in the words of {@link factTypes}; what is not known is absent. */
export type RiskFacts = Readonly<Record<string, JsonObject>>;

/** What a charge's terms say. */
export interface ChargeTerms {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly customerReference: string | null;
  readonly description: string | null;
  readonly captureMethod: string;
  readonly paymentToken: string;
  readonly livemode: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** @param merchant whose charge it is, `mer_…` */
export function factsOf(asked: ChargeTerms, merchant: string): RiskFacts {
  const time = new Date(asked.createdAt);
  return {
    charge: present({
      // An amount fits a double: the API takes at most 12 digits.
      amount: Number(asked.amountMinor),
      currency: asked.currency,
      merchant,
      customer: asked.customerReference,
      description: asked.description,
      capture_method: asked.captureMethod,
      token_kind: asked.paymentToken.startsWith('tok_') ? 'card' : 'payment_method',
      livemode: asked.livemode,
      metadata: { ...asked.metadata },
    }),
    time: { hour: time.getUTCHours(), weekday: time.getUTCDay() === 0 ? 7 : time.getUTCDay() },
  };
}

const present = (facts: Readonly<Record<string, Json>>): JsonObject =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
