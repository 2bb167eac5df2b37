/**
 * Planner settings for the connections that run these statements. A queue's table changes faster than its statistics:
 * believing it almost empty, the planner sorts a backlog for each lease, or reads the whole table. Every statement here
 * has its index, and with these settings takes it. Ids are compared with an array and not only joined, because the planner
 * of a table that it believes almost empty reads all rows of a queue for a join.
 */
export const plannerSettings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;
