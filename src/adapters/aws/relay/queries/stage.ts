import type { Client, Pool } from 'pg';

const read = 'SELECT name FROM relay.stage';
const claim = 'INSERT INTO relay.stage (name) VALUES ($1) ON CONFLICT DO NOTHING';

/** The stage that the journal belongs to; null before a migration has said so. */
export async function readStage(database: Pool | Client): Promise<string | null> {
  const found = await database.query<{ name: string }>(read);
  return found.rows[0]?.name ?? null;
}

/** Gives a journal that belongs to no stage to this one; as the owner. @returns whose it is */
export async function claimStage(owner: Client, stage: string): Promise<string | null> {
  await owner.query(claim, [stage]);
  return readStage(owner);
}
