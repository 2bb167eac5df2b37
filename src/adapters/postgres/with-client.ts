import { Client, type ClientConfig } from 'pg';

/** Works on a connection of its own, for as long as that takes. */
export async function withClient<Value>(
  config: ClientConfig,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client(config);
  // What is under way rejects by itself; an event that says the same would end the process if nobody listened.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
