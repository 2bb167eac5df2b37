/** The door of the payments context. */
export * from './charge';
export * from './codec';
export * from './commands';
export * from './errors';
export * from './events';
export * from './payment-queries';
export * from './projections/charge-row';
export * from './projections/read-your-writes';
export * from './projections/refund-row';
export * from './use-cases/cancel-charge';
export * from './use-cases/capture-charge';
export * from './use-cases/charge-stream';
export * from './use-cases/create-charge';
export * from './use-cases/find-charge';
export * from './use-cases/record-outcome';
export * from './use-cases/request-refund';
export * from './use-cases/review-charge';
