/** The door of the accounts context. */
export * from './principal';
