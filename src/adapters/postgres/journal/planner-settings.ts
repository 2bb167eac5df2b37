/**
 * Settings of every connection to the journal. Statements are planned once for a connection and kept. A plan that
 * was made while the journal was almost empty reads the whole table, and goes on doing so while it grows, until
 * the next analysis. Every statement has its index.
 */
export const plannerSettings = { enable_seqscan: 'off' } as const;
