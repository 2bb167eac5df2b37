import { Client } from 'pg';

const connectTimeoutMs = 10_000;
/** One statement may move a whole table; an hour for that is a server that has stopped. */
const statementTimeoutMs = 3_600_000;
/** A rebuild empties its tables under a lock; a backup waits this long for it, and then says so. */
const lockTimeoutMs = 30_000;

/** A connection as the owner of the tables, for as long as `work` takes. */
export async function asOwner<Value>(
  connectionString: string,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = await connectAsOwner(connectionString);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Anyone who asks for it ends it. */
export async function connectAsOwner(connectionString: string): Promise<Client> {
  const client = new Client({
    connectionString,
    application_name: 'fincore-backup',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    keepAlive: true,
  });
  // Every statement in progress rejects; without a listener the error event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
