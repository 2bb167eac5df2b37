import type { ClientBase } from 'pg';

/**
 * Two statements in one message are one transaction. The checkpoints come first, as in the reader, so that a
 * batch in progress finishes before, and the next one finds its checkpoint moved. Refusals stay: nothing could
 * make them again.
 */
const text = `
  UPDATE audit.checkpoints SET position = 0;
  DELETE FROM audit.entries WHERE outcome = 'done';`;

/** Removes what is derived from the journal and sets every checkpoint to 0. Only the owner may. */
export async function resetEffects(client: ClientBase): Promise<void> {
  await client.query(text);
}
