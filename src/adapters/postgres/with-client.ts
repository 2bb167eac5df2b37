import { Client, type ClientConfig } from 'pg';

/** Works on a connection of its own, for as long as that takes. */
export async function withClient<Value>(
  config: ClientConfig,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client(config);
  // Every statement in progress rejects; without a listener the error event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
