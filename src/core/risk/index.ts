/** The door of the risk context. */
export * from './assess';
export * from './bind';
export * from './codec';
export * from './context';
export * from './errors';
export * from './events';
export * from './facts';
export * from './read-model';
export * from './rule';
export * from './rule-language';
export * from './rule-set';
export * from './use-cases/assess-charge';
export * from './use-cases/enforce-rule-set';
export * from './use-cases/find-rule-set';
export * from './use-cases/risk-streams';
export * from './use-cases/rules-in-force';
export * from './use-cases/save-rule-set';
