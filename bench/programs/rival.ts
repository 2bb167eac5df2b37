import Fastify from 'fastify';
import { type ClientBase, Pool } from 'pg';
import { hash, randomUUID } from 'node:crypto';
import { serveProgram } from '../programs';
import { insertEvent, insertJob, insertKey, oneStatement } from '../rivals/rival-statements';

/**
 * Accepting a charge the usual way: a bare Fastify route with no authentication, no validation and no answer of
 * its own, which writes the same three rows for each request by itself.
 */
const pool = new Pool({
  connectionString: process.env['RIVAL_DATABASE_URL'],
  max: 16,
  connectionTimeoutMillis: 10_000,
});
const app = Fastify({ logger: false });

interface Rows {
  readonly id: string;
  readonly key: Buffer;
  readonly body: string;
}

const rowsOf = (key: unknown, body: unknown): Rows => ({
  id: randomUUID(),
  key: hash('sha256', String(key), 'buffer').subarray(0, 16),
  body: JSON.stringify(body),
});

async function inTransaction(client: ClientBase, { id, key, body }: Rows): Promise<void> {
  await client.query('BEGIN');
  await client.query({ name: 'key', text: insertKey, values: [key, key, body] });
  await client.query({ name: 'event', text: insertEvent, values: [id, body] });
  await client.query({ name: 'job', text: insertJob, values: [id, body] });
  await client.query('COMMIT');
}

app.post('/transaction/v1/charges', async (request, reply) => {
  const rows = rowsOf(request.headers['idempotency-key'], request.body);
  const client = await pool.connect();
  try {
    await inTransaction(client, rows);
  } finally {
    client.release();
  }
  return reply.code(201).send({ id: rows.id, status: 'processing' });
});

app.post('/statement/v1/charges', async (request, reply) => {
  const { id, key, body } = rowsOf(request.headers['idempotency-key'], request.body);
  await pool.query({ name: 'all', text: oneStatement, values: [key, key, body, id] });
  return reply.code(201).send({ id, status: 'processing' });
});

serveProgram(
  () => app.listen({ host: '127.0.0.1', port: 0 }),
  async () => {
    await app.close();
    await pool.end();
  },
);
