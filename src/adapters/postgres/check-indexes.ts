import type { Client } from 'pg';
import { isDamage } from './damaged-relation';

/** One B-tree index of the application's own schemas. */
export interface IndexName {
  readonly oid: number;
  readonly table: string;
  readonly index: string;
}

const listText = `
  SELECT i.indexrelid::integer AS oid, i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS index
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am am ON am.oid = c.relam
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE am.amname = 'btree' AND i.indisvalid AND c.relkind = 'i' AND c.relpersistence = 'p'
    AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
  ORDER BY n.nspname, c.relname`;

export const listIndexes = async (client: Client): Promise<readonly IndexName[]> =>
  (await client.query<IndexName>(listText)).rows;

const isInstalled = async (client: Client): Promise<boolean> =>
  (await client.query("SELECT FROM pg_extension WHERE extname = 'amcheck'")).rowCount === 1;

/**
 * Installs the extension that reads indexes, where the server has it and the user may.
 * @returns why it is not there; null when it is
 */
export async function ensureAmcheck(client: Client): Promise<string | null> {
  if (await isInstalled(client)) return null;
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS amcheck');
    return null;
  } catch (error) {
    // Two commands may install it at once.
    if (await isInstalled(client)) return null;
    return error instanceof Error ? error.message : String(error);
  }
}

// Every row of the table has its entry, and the tree is in order. Readers and writers are not blocked.
const checkText = 'SELECT bt_index_check(index => $1::oid::regclass, heapallindexed => true)';

/** @returns what is wrong with the index; null when it is sound */
export async function faultOfIndex(client: Client, { oid }: IndexName): Promise<string | null> {
  try {
    await client.query(checkText, [oid]);
    return null;
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
}
