import { type TenantId, assert } from '../kernel';
import type { ReadModel, ReadTable, RecordedEvent } from '../ports';
import { ruleSetCodec } from './codec';
import { type ExistingRuleSet, ruleSetDecider } from './rule-set';

/** A rule set as lists show it. */
export interface RuleSetRow {
  readonly tenant: TenantId;
  readonly version: number;
  readonly ruleSet: ExistingRuleSet;
}

function project(row: RuleSetRow | null, recorded: RecordedEvent): RuleSetRow {
  const { tenant, stream, version, type } = recorded;
  const event = ruleSetCodec.decode(recorded);
  assert(event !== null, `${stream} holds only events of a rule set, not ${type}`);
  const ruleSet = ruleSetDecider.evolve(row?.ruleSet ?? null, event);
  assert(ruleSet !== null, `${stream} begins with RuleSetSaved`);
  return { tenant, version, ruleSet };
}

export const ruleSetsTable: ReadTable<RuleSetRow> = {
  name: 'rule_sets',
  key: 'rule_set_id',
  object: 'rule_set',
  columns: {},
  hasMetadata: false,
  idOf: ({ ruleSet }) => ruleSet.ruleSetId,
  tenantOf: ({ tenant }) => tenant,
  createdAtOf: ({ ruleSet }) => ruleSet.createdAt,
  metadataOf: () => ({}),
};

/** Rule sets as lists show them. */
export const riskReadModel: ReadModel<RuleSetRow> = {
  name: 'risk',
  prefix: 'rule-set-',
  table: ruleSetsTable,
  parts: [],
  versionOf: ({ version }) => version,
  project,
};
