import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { operatorTenant } from '../../../src/core/kernel';
import { idempotencyOf } from '../../../src/api/plugins/idempotency';

/** What the journal keeps for good: another way to hash would make every retry across an upgrade a new request. */
const shortSha256 = (content: string | Buffer) =>
  createHash('sha256').update(content).digest().subarray(0, 16);

test('a key and a body are kept as the first 16 bytes of SHA-256, whatever characters they have', () => {
  for (let n = 0; n < 100; n += 1) {
    const key = `order ${String(n)}`;
    const rawBody = Buffer.from(`{"description":"Größe ${String(n)} €"}`);
    const request = {
      method: 'POST',
      url: '/v1/charges',
      routeOptions: { url: '/v1/charges' },
      params: {},
      headers: { 'idempotency-key': key },
      rawBody,
    } as unknown as FastifyRequest;
    expect(idempotencyOf(request, operatorTenant)).toEqual({
      keyHash: shortSha256(`${operatorTenant}\0POST /v1/charges\0${key}`),
      requestHash: shortSha256(rawBody),
    });
    const onTarget = { ...request, routeOptions: { url: '/v1/charges/:id/capture' }, params: { id: 'ch_1' } };
    expect(idempotencyOf(onTarget as unknown as FastifyRequest, operatorTenant)).toEqual({
      keyHash: shortSha256(`${operatorTenant}\0POST /v1/charges/:id/capture\0${key}`),
      requestHash: shortSha256(Buffer.concat([Buffer.from('ch_1\0'), rawBody])),
    });
  }
});
