import { type Static, Type } from '@sinclair/typebox';
import { type RuleSetId, toTimestamp } from '../../../core/kernel';
import {
  type Enforcement,
  type ExistingRuleSet,
  type Rule,
  factMeanings,
  inForce,
  maxExpressionCharacters,
  maxRules,
  maxScore,
  ruleOutcomes,
} from '../../../core/risk';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';

/** Every fact with its meaning, as the reference shows it beside the expression. */
const facts = Object.entries(factMeanings)
  .flatMap(([group, meanings]) =>
    Object.entries(meanings).map(([fact, meaning]) => `\`${group}.${fact}\`: ${meaning}`),
  )
  .join('\n- ');

const word = (description: string, example: string) =>
  Type.String({
    pattern: '^[a-z][a-z0-9_]{0,39}$',
    'x-expected': '1 to 40 small letters, digits and _, beginning with a letter',
    description,
    examples: [example],
  });

export const RuleSchema = Type.Object(
  {
    id: word('Your own name for the rule, unique in its set.', 'large_amount'),
    expression: Type.String({
      minLength: 1,
      maxLength: maxExpressionCharacters,
      description: `In CEL, the Common Expression Language; it answers true or false. Patterns are matched by re2("…"). Facts:\n- ${facts}`,
      examples: ['charge.amount > 100000 && charge.currency == "EUR"'],
    }),
    outcome: oneOf(ruleOutcomes, {
      description:
        'What follows when the rule holds. The sternest of all rules counts: block, then review. allow sets aside what the other rules of the merchant say; score only adds to the score. Rules of the platform block or score.',
    }),
    score: Type.Integer({
      minimum: -maxScore,
      maximum: maxScore,
      default: 0,
      description: 'Added to the score of the charge when the rule holds.',
    }),
    reason: word('A word for your programs, shown on the charge.', 'amount_unusual'),
    mode: oneOf(['enforce', 'shadow'], {
      default: 'enforce',
      description: 'shadow: what the rule would have done is recorded, and nothing follows from it.',
    }),
  },
  { additionalProperties: false },
);

const threshold = (what: string) =>
  nullable(
    Type.Integer({
      minimum: 1,
      maximum: maxScore * maxRules,
      description: `From this score on a charge is ${what}; null for never.`,
    }),
  );

export const ThresholdsSchema = Type.Object(
  { review: threshold('held for review'), block: threshold('blocked') },
  { additionalProperties: false },
);

export const RuleSetSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['rule_set']),
    created: Timestamp,
    status: oneOf(['draft', 'in_force', 'retired'], {
      description:
        'New charges are assessed by the set in force. draft: it never was; retired: it was before.',
    }),
    in_force_since: nullable(Timestamp),
    note: nullable(Type.String()),
    thresholds: ThresholdsSchema,
    rules: Type.Array(RuleSchema),
  },
  {
    $id: 'RuleSet',
    description: 'Rules that assess a charge before any provider sees it. A set never changes.',
  },
);
export type RuleSetObject = Static<typeof RuleSetSchema>;

export const ruleSetExample: RuleSetObject = {
  id: 'rs_06f4q8xk3v7m2n9r5t1w0y8z4b',
  object: 'rule_set',
  created: '2026-11-21T09:30:00.000Z',
  status: 'in_force',
  in_force_since: '2026-11-21T09:31:00.000Z',
  note: 'Larger amounts are looked at by a person.',
  thresholds: { review: 50, block: null },
  rules: [
    {
      id: 'large_amount',
      expression: 'charge.amount > 100000 && charge.currency == "EUR"',
      outcome: 'review',
      score: 0,
      reason: 'amount_unusual',
      mode: 'enforce',
    },
  ],
};

export const RuleSetAnswer = {
  ...ref(RuleSetSchema),
  description: 'The rule set.',
  examples: [ruleSetExample],
};

export function ruleSetObject(ruleSet: ExistingRuleSet, enforcement: Enforcement): RuleSetObject {
  const { ruleSetId, createdAt, note, thresholds, rules } = ruleSet;
  return {
    id: ruleSetId,
    object: 'rule_set',
    created: toTimestamp(createdAt),
    ...standingOf(ruleSetId, enforcement),
    note,
    thresholds,
    rules: rules.map(ruleShown),
  };
}

function standingOf(
  ruleSetId: RuleSetId,
  enforcement: Enforcement,
): Pick<RuleSetObject, 'status' | 'in_force_since'> {
  const newest = enforcement.history.findLast((each) => each.ruleSetId === ruleSetId);
  if (newest !== undefined && inForce(enforcement) === ruleSetId)
    return { status: 'in_force', in_force_since: toTimestamp(newest.since) };
  const wasInForce = newest !== undefined || enforcement.rolledBack.includes(ruleSetId);
  return { status: wasInForce ? 'retired' : 'draft', in_force_since: null };
}

const ruleShown = ({ ruleId, ...rest }: Rule): Static<typeof RuleSchema> => ({ id: ruleId, ...rest });
