import type { ClientBase } from 'pg';

const text =
  'SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off';

/**
 * Makes every plan of this transaction look rows up by index. A plan is kept for the life of its connection,
 * and one that was made while the table was small would read all of it for every batch once it is large.
 */
export async function planByIndex(client: ClientBase): Promise<void> {
  await client.query(text);
}
