import type { RuleSetId, TenantId } from '../../kernel';
import { type Journal, loadStream } from '../../ports';
import type { Enforcement, RuleSet } from '../rule-set';
import { enforcementAggregate, enforcementStream, ruleSetAggregate, ruleSetStream } from './risk-streams';

/** As of its last committed event; null when the tenant has none such. */
export const findRuleSet =
  (journal: Journal) =>
  async (tenant: TenantId, ruleSetId: RuleSetId): Promise<RuleSet> =>
    (await loadStream(journal, ruleSetAggregate, tenant, ruleSetStream(ruleSetId))).state;

/** Which rule sets are and were in force for the tenant. */
export const findEnforcement =
  (journal: Journal) =>
  async (tenant: TenantId): Promise<Enforcement> =>
    (await loadStream(journal, enforcementAggregate, tenant, enforcementStream(tenant))).state;
