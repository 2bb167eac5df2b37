/**
 * Settings of every connection to the journal. Statements are planned once for a connection and kept: knowing the length
 * of this batch's arrays makes a plan look cheaper, so the server would plan every batch again, for longer than it then
 * takes to write it. A plan that was made while the journal was almost empty reads the whole table, and goes on doing so
 * while it grows, until the next analysis. Every statement has its index.
 */
export const plannerSettings = { enable_seqscan: 'off', plan_cache_mode: 'force_generic_plan' } as const;
