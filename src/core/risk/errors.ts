import type { Catalogue } from '../kernel';

export type RiskErrorCode =
  'rule_invalid' | 'rule_set_not_found' | 'rule_set_in_force' | 'rule_set_not_in_force';

export const riskCatalogue: Catalogue<RiskErrorCode> = {
  rule_invalid: {
    meaning:
      'A rule cannot be read, names what no charge has, has an outcome that is not allowed, or the rules of the set cost too much.',
    retry: 'no',
    remedy: 'Correct the rule that param names; the detail gives line, column and what is wrong.',
  },
  rule_set_not_found: {
    meaning: 'No rule set with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'List the rule sets and take an id from there.',
  },
  rule_set_in_force: {
    meaning: 'The rule set is in force already.',
    retry: 'no',
    remedy: 'Nothing is to be done; fetching the rule set shows since when.',
  },
  rule_set_not_in_force: {
    meaning: 'Only the rule set that is in force can be rolled back, and this one is not.',
    retry: 'no',
    remedy: 'Fetch the list of rule sets, and roll back the one that is in force.',
  },
};
