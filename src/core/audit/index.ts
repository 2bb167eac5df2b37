/** Everything that other folders may import of the audit context. */
export * from './audit-entry';
export * from './audit-id';
export * from './audit-queries';
export * from './audit-trail';
export * from './count-effects';
export * from './refusal-chain';
export * from './verify';
