/** Everything that other folders may import of the journal's own checks. */
export * from './derive-balances';
export * from './seal';
export * from './verify-seals';
