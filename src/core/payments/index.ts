/** The door of the payments context. */
export * from './charge';
export * from './codec';
export * from './events';
