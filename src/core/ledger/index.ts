/** Everything that other folders may import of the ledger context. */
export * from './accounts';
export * from './batch';
export * from './chain-verifier';
export * from './compare-with-journal';
export * from './entries';
export * from './entry-hash';
export * from './entry-page';
export * from './fault';
export * from './postings';
export * from './transaction-id';
export * from './trial-balance';
export * from './verify';
