import type { ApiContext } from '../../api-context';
import { reviewRoutes } from './reviews';
import { RuleSetSchema } from './rule-set-resource';
import { ruleSetRoutes } from './rule-sets';

export const riskApi: ApiContext = {
  tags: [{ name: 'Risk', description: 'Rules that assess charges, and charges that wait for a person.' }],
  schemas: [RuleSetSchema],
  routes: [ruleSetRoutes, reviewRoutes],
};
